"""The whole proof as a page: every block, verdict, reason and time, and what was replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from typing import Any

from guide.site.badge import counted, in_words, listed, quoted, where
from guide.site.tables import table
from guide.site.texts import Locale, text
from walkthrough.proof.record import BlockVerdict, Proof
from walkthrough.site.proofs import Proofs

_HEADS = ("block", "kind", "verdict", "time", "reason")
_TAG = re.compile("<[^>]*>")
#: Signs that a line of a column holds.
_WRAPS = 20
_NEVER = datetime.min.replace(tzinfo=UTC)
_SPACE = "\N{NO-BREAK SPACE}"
PLACE = '<div data-guide="proof"></div>'


def fill(markdown: str, proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    """The page with the report in its place; as it is where it has none.

    :param address: the address of a page by its name, such as ``cluster.md``.
    """
    return markdown.replace(PLACE, report(proofs, locale, address)) if PLACE in markdown else markdown


def report(proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    """The report in Markdown, one section a run."""
    if not proofs.proofs:
        return f"## {text(locale, 'report-none')} {{#none}}\n\n{text(locale, 'report-none-why')}\n"
    whole = {proof.provider: proof.date for proof in reversed(proofs.whole())}
    # A run of a few pages says nothing that a later whole one does not.
    partial = (
        one for one in proofs.proofs if not one.complete and one.date > whole.get(one.provider, _NEVER)
    )
    runs = sorted([*proofs.whole(), *partial], key=lambda one: one.provider)
    headings = [_heading(proof, locale) for proof in runs]
    # This checkout's run and the kept one may be of one day: two sections of one name cannot be told apart.
    headings = [
        text(locale, "run-at", run=heading, time=f"{proof.date:%H:%M}")
        if headings.count(heading) > 1
        else heading
        for proof, heading in zip(runs, headings, strict=True)
    ]
    return "\n".join(
        _run(proof, heading, proofs, locale, address) for proof, heading in zip(runs, headings, strict=True)
    )


def _heading(proof: Proof, locale: Locale) -> str:
    day = in_words(proof.date.date(), locale)
    key = "run" if proof.complete else "run-partial"
    return text(locale, key, where=where(proof.provider, locale), day=day)


def _run(proof: Proof, heading: str, proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    anchor = proofs.anchor(proof)
    parts = [f"## {heading} {{#{anchor}}}", "", *_facts(proof, locale), ""]
    if failure := proof.failure:
        what = f"<code>{escape(failure['where'])}</code>: {quoted(failure['what'], locale)}"
        parts += [f"**{text(locale, 'run-failed')}** {what}", ""]
    parts += _replacements(proof, locale, anchor)
    for name, languages in proof.pages.items():
        if (page := languages.get(locale)) and page.blocks:
            section = f"{anchor}-{name.removesuffix('.md').replace('/', '-')}"
            parts += [
                f"### {proofs.title(name, locale)} {{#{section}}}",
                "",
                counted(page.counts, locale),
                "",
            ]
            there = {block.id for block in proofs.blocks(name, locale) if block.id}
            parts += _blocks(page.blocks, proof.times(name), address(name), there, locale)
    return "\n".join(parts)


def _facts(proof: Proof, locale: Locale) -> list[str]:
    rows = [(text(locale, "fact-result"), counted(proof.counts.get(locale, {}), locale))]
    rows.append((text(locale, "fact-time"), duration(proof.seconds, locale)))
    if commit := proof.guide["commit"]:
        changed = f" ({text(locale, 'fact-dirty')})" if proof.guide["dirty"] else ""
        rows.append(("Commit", f"<code>{commit}</code>{changed}"))
    if versions := proof.cluster["versions"]:
        rows.append((text(locale, "fact-versions"), listed(versions)))
    host = proof.cluster["host"]
    if "cpus" in host and "memory_mib" in host:
        machine = text(
            locale,
            "machine",
            cpus=str(host["cpus"]),
            memory=number(int(host["memory_mib"]) / 1024, locale),
        )
        rows.append((text(locale, "fact-machine"), machine))
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return [f'<dl class="guide-facts">{items}</dl>']


def _replacements(proof: Proof, locale: Locale, anchor: str) -> list[str]:
    title = f"### {text(locale, 'replacements')} {{#{anchor}-replacements}}"
    rows = proof.cluster["replacements"]
    if not rows:
        return [title, "", text(locale, "replacements-none"), ""]
    contracts = proof.contracts
    columns = ["runs", "why"] + ["contracts"] * (contracts is not None)
    heads = [text(locale, f"replaced-{key}") for key in ("guide", *columns)]
    cells = [
        [
            quoted(row["guide"], locale),
            # On a phone the heads are not seen, and these lines need their own.
            *(
                f'<span data-label="{head}">{_replaced(row, key, locale)}</span>'
                for key, head in zip(columns, heads[1:], strict=True)
            ),
        ]
        for row in rows
    ]
    total = [_counted("contracts-all", asdict(contracts), locale), ""] if contracts is not None else []
    return [title, "", *total, *_framed(heads, cells), ""]


def _replaced(row: Mapping[str, Any], key: str, locale: Locale) -> str:
    """A cell of the table of replacements."""
    if key != "contracts":
        return quoted(row[key], locale)
    counts = row.get("contracts", {})
    return _counted("contracts", counts, locale) if counts.get("facts") else text(locale, "contracts-none")


def _counted(key: str, counts: Mapping[str, int], locale: Locale) -> str:
    """What is said of facts, and of those that are to be read again where there are any."""
    plain = {name: str(count) for name, count in counts.items()}
    unread = text(locale, f"{key}-unread", unread=plain["unread"]) if counts["unread"] else ""
    return text(locale, key, **{**plain, "unread": unread})


def _blocks(
    blocks: list[BlockVerdict], times: dict[str, float], page: str, there: set[str], locale: Locale
) -> list[str]:
    """The table of one page's blocks, with the seconds that each took.

    :param page: its address.
    :param there: the ids that it has today: a run may be of a page that had others.
    """
    rows = []
    for block in blocks:
        name = f'<code class="guide-name">{escape(block.name)}</code>'
        if block.id and block.id in there:
            name = f'<a href="{page}#{escape(block.id)}">{name}</a>'
        style = f'class="guide-verdict guide-verdict--{block.verdict}"'
        verdict = f"<span {style}>{text(locale, block.verdict)}</span>"
        kind, time = text(locale, f"kind-{block.kind}"), duration(times.get(block.name, 0.0), locale)
        rows.append([name, kind, verdict, time, _reason(block, locale)])
    return [*_framed([text(locale, f"head-{head}") for head in _HEADS], rows), ""]


def _reason(block: BlockVerdict, locale: Locale) -> str:
    # The reason of a skipped block is written on the page, in the page's own language.
    return escape(block.reason) if block.kind == "skip" else quoted(block.reason, locale) * bool(block.reason)


def _framed(heads: list[str], rows: list[list[str]]) -> list[str]:
    # How high it will come out, for a browser that has not laid it out yet: the first column does not wrap.
    lines = sum(2 + max(len(_TAG.sub("", cell)) for cell in row[1:]) // _WRAPS for row in rows)
    kind = "guide-recorded guide-blocks" if len(heads) == len(_HEADS) else "guide-recorded"
    return [f'<div class="{kind}" style="--lines:{lines}">{table(heads, rows, kind="recorded")}</div>']


def number(value: float, locale: Locale) -> str:
    """One decimal, in the language's form: ``7,5``, ``7.5``."""
    plain = f"{value:.1f}"
    return plain.replace(".", ",") if locale == "nb" else plain


def duration(seconds: float, locale: Locale) -> str:
    """``7,5 s`` below a minute, ``3 min 05 s`` above, in one piece; empty for no time at all."""
    if seconds <= 0:
        return ""
    if seconds < 0.05:
        return f"<{_SPACE}{number(0.1, locale)}{_SPACE}s"
    if round(seconds, 1) < 60:
        return f"{number(seconds, locale)}{_SPACE}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}{_SPACE}min{_SPACE}{rest:02d}{_SPACE}s"
