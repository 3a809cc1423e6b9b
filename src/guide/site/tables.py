"""A table whose rows may come out as lines below each other, and which stays a table to a screen reader."""

from __future__ import annotations

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], *, kind: str) -> str:
    """The table as HTML.

    :param heads: what stands above each column, as HTML.
    :param rows: the cells of each row, as HTML.
    :param kind: what the table lists, for the stylesheet and for whoever reads the page (``data-guide``).
    """
    # Some browsers judge by the layout whether an element is a table; the roles say it in any case.
    head = "".join(f'<th scope="col" role="columnheader">{cell}</th>' for cell in heads)
    body = "".join(f'<tr role="row">{_cells(row)}</tr>' for row in rows)
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup" data-guide="{kind}">{body}</tbody></table>'
    )


def _cells(row: Iterable[str]) -> str:
    return "".join(f'<td role="cell">{cell}</td>' for cell in row)
