"""A proof in words: what was run, on what, what it is worth today, and what it does not prove."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from guide import proof
from guide.errors import GuideError
from guide.pages import load
from guide.progress import seconds
from guide.project import LANGUAGES, NB, Project
from guide.proof import BlockVerdict, PageVerdict, Proof

#: In this order, wherever verdicts are counted.
VERDICTS = ("passed", "substituted", "skipped", "failed", "not-run")


def proofs(project: Project, provider: str | None = None) -> list[Proof]:
    """The last complete and the last partial proof of a provider, or of each; newest last.

    :raises GuideError: there is none.
    """
    names = (
        [provider]
        if provider
        else sorted({path.name.split(".")[0] for path in project.proofs.glob("*.json")})
    )
    found = [
        one
        for name in names
        for complete in (True, False)
        if (one := proof.load(name, complete=complete, project=project)) is not None
    ]
    if not found:
        raise GuideError(
            f"there is no proof{f' from {provider}' if provider else ''} yet",
            where=str(project.proofs),
            fix=f"run: guide verify{f' --cluster {provider}' if provider else ''}",
        )
    return sorted(found, key=lambda one: one.finished)


def counted(counts: Mapping[str, int]) -> str:
    """``12 passed, 3 skipped``."""
    return (
        ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts.get(verdict))
        or "no blocks"
    )


def render(one: Proof, project: Project) -> str:
    """The proof as text, for a terminal or a log."""
    output = io.StringIO()
    width = max(80, min(shutil.get_terminal_size((120, 24)).columns, 140))
    console = Console(file=output, width=width, highlight=False, markup=False, emoji=False)
    kind = "the whole guide" if one.complete else f"only {', '.join(one.chain)}"
    console.print(f"Proof from {one.provider}: {kind}, {one.finished}, in {seconds(one.seconds)}")
    for line in _circumstances(one):
        console.print(line)
    console.print()
    console.print(_pages(one, project))
    if one.failure is not None:
        console.print(f"\nFailed at {one.failure['where']}: {one.failure['what']}")
    console.print()
    if rows := one.cluster["replacements"]:
        console.print("Not what the guide pins (a proof from here is no proof from there):")
        table = _table("the guide", "ran here", "why")
        for row in rows:
            table.add_row(row["guide"], row["runs"], row["why"])
        console.print(table)
    else:
        console.print("Nothing was replaced: this ran what the guide pins.")
    if rest := [*_not_passed(one)]:
        console.print(f"\nNot proven here, {len(rest)} blocks:")
        table = _table("block", "at", "verdict", "why")
        for row in rest:
            table.add_row(*row)
        console.print(table)
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="")
    for column in columns:
        table.add_column(column, overflow="fold", vertical="top")
    table.add_row(*("-" * len(column) for column in columns))
    return table


def _circumstances(one: Proof) -> Iterator[str]:
    commit = one.guide["commit"]
    dirty = " with changes that are not committed" if one.guide["dirty"] else ""
    yield f"  commit    {commit[:12] + dirty if commit else 'not known: this is no git checkout'}"
    host = one.cluster["host"]
    yield (
        f"  machine   {host['system']} {host['kernel']} {host['architecture']}, {host['cpus']} cores, "
        f"{host['memory_mib'] / 1024:.1f} GiB"
    )
    versions = ", ".join(f"{name} {version}" for name, version in one.cluster["versions"].items())
    yield f"  versions  {versions or 'there was no cluster'}"


def _pages(one: Proof, project: Project) -> Table:
    table = _table("page", *LANGUAGES, "worth today")
    for name, languages in one.pages.items():
        counts = [
            counted(languages[language].counts) if language in languages else "absent"
            for language in LANGUAGES
        ]
        table.add_row(name, *counts, _worth(one, project, name))
    table.add_row("all", *(counted(one.counts.get(language, {})) for language in LANGUAGES))
    return table


def _worth(one: Proof, project: Project, name: str) -> str:
    worth = []
    for language in LANGUAGES:
        try:
            page, errors = load(project.page_path(name, language))
        except (GuideError, OSError):
            return "the page cannot be read now"
        if errors:
            return "the page has errors now: guide check"
        status = proof.page_status(one, page)
        worth.append(f"{status.state}{f': {status.reason}' if status.reason else ''}")
    return (
        worth[0]
        if len(set(worth)) == 1
        else "; ".join(f"{language}: {text}" for language, text in zip(LANGUAGES, worth, strict=True))
    )


def _not_passed(one: Proof) -> Iterator[tuple[str, str, str, str]]:
    """Every block that did not pass, once for all languages: its verdict is the same in each."""
    for languages in one.pages.values():
        if NB not in languages:
            continue
        for index, block in enumerate(languages[NB].blocks):
            if block.verdict != "passed":
                places = [_place(page, index) for page in languages.values() if index < len(page.blocks)]
                yield block.name, "\n".join(places), block.verdict, block.reason


def _place(page: PageVerdict, index: int) -> str:
    block: BlockVerdict = page.blocks[index]
    return f"{page.path}:{block.line}"
