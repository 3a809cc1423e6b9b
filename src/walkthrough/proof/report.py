"""Shows proofs on the terminal."""

from __future__ import annotations

import re
import sys
from io import StringIO
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.inputs import read_json, read_text
from walkthrough.progress import QuietConsole, seconds
from walkthrough.project import Project
from walkthrough.proof import archive
from walkthrough.proof.record import NORMAL, Proof
from walkthrough.proof.storage import OlderFormError, read
from walkthrough.run.verdicts import Verdict
from walkthrough.unseen import visible

_STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.SUBSTITUTED: "yellow",
    Verdict.SKIPPED: "yellow",
    Verdict.NOT_RUN: "red",
}


def check_name(machine: str) -> None:
    """Refuse what is no name of a machine: files are called by it.

    :raises UserError: it is none.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", machine):
        raise UserError(
            f"{machine[:70]!a} is no name of a machine", fix="write it in small letters, as the site does"
        )


class _Table(Table):
    """A table of what a file says: nothing in it moves the cursor."""

    def add_row(self, *cells: Any, **more: Any) -> None:
        """See :meth:`Table.add_row`."""
        super().add_row(*(visible(cell) if isinstance(cell, str) else cell for cell in cells), **more)


def show(project: Project, provider: str | None = None, *, as_json: bool = False) -> str:
    """The last proofs as text, each newest first, and the kept ones that no other is the source of.

    :param provider: only this one's.
    :param as_json: the files as they are, in one list where there are several.
    :raises UserError: nothing is proven, or no machine can be called so.
    """
    if provider:
        check_name(provider)
    paths = sorted(
        {*project.proofs.glob(f"{provider or '*'}.json"), *project.proofs.glob(f"{provider or '*'}.*.json")}
    )
    kept_paths = sorted(project.kept_proofs.glob(f"{provider or '*'}.json"))
    if not paths and not kept_paths:
        raise UserError(
            f"there is no proof{f' from {provider}' if provider else ''}",
            where=project.relative(project.proofs),
            fix=f"run '{hooks.program()} verify'",
        )
    if as_json:
        # As the files are; what is no JSON is told, and nothing of it printed.
        texts = []
        for path in [*paths, *kept_paths]:
            read_json(path, project.relative(path), fix=f"run '{hooks.program()} verify' again")
            texts.append(read_text(path, project.relative(path)))
        return texts[0] if len(texts) == 1 else f"[\n{','.join(texts)}]\n"
    with StringIO() as stream:
        out = console(stream)
        found: list[tuple[Proof, str]] = []
        for path in paths:
            try:
                found.append((read(path), ""))
            except OlderFormError:
                out.print(f"{project.relative(path)} is of an earlier form.")
        for path in kept_paths:
            one = archive.read(path, project)
            if not any(archive.same_run(one, other) for other, _ in found):
                found.append((one, project.relative(path)))
        for proof, kept_in in sorted(found, key=lambda each: each[0].finished, reverse=True):
            render(proof, out, kept_in)
        return stream.getvalue()


def console(stream: TextIO | None = None) -> Console:
    """A console as wide as the terminal, or wide enough where there is none."""
    terminal = sys.stdout.isatty()
    return QuietConsole(
        file=stream or sys.stdout,
        highlight=False,
        # What a page or a command says is shown as it is: «[/etc]» is no end of a colour.
        markup=False,
        emoji=False,
        width=None if terminal else 160,
        force_terminal=terminal,
    )


def render(proof: Proof, out: Console, kept_in: str = "") -> None:
    """Print a proof: what it ran on, counts by page and language, every block that did not pass and why,
    what was replaced.

    :param kept_in: the file in the repository that it was read from, where it was.
    """
    out.print(_headline(proof))
    if kept_in:
        out.print(f"It is kept in {kept_in}.")
    if (one := proof.stands_on) is not None:
        commit = (one["commit"] or "no commit")[:12] + (" with local changes" if one["dirty"] else "")
        out.print(visible(f"It began at the checkpoint behind {one['page']}, of {one['day']}, {commit}."))
    out.print(_counts(proof))
    reasons = _reasons(proof)
    if reasons.row_count:
        out.print(reasons)
    if proof.measured:
        out.print(_measured(proof))
    if proof.cluster["replacements"]:
        out.print(_replacements(proof))
    else:
        out.print(visible(f"Nothing that the pages pin was replaced on {proof.provider}."))


def _headline(proof: Proof) -> Text:
    commit = (proof.guide["commit"] or "no commit")[:12]
    dirty = " with local changes" if proof.guide["dirty"] else ""
    chain = "the whole chain" if proof.complete else f"{len(proof.chain)} pages of the chain"
    chain += f", {proof.mode}," if proof.mode != NORMAL else ""
    text = Text(
        visible(f"{chain} on {proof.provider}, {proof.finished}, {commit}{dirty}, ")
        + f"in {seconds(proof.seconds)}: "
    )
    if proof.failure is None:
        return text.append("held", style="green")
    text.append("failed", style="bold red")
    what = next(iter(proof.failure["what"].splitlines()), "")
    return text.append(visible(f" at {proof.failure['where']}: {what}"))


def _counts(proof: Proof) -> Table:
    table = _Table("page", "language", title="Blocks by verdict", title_justify="left")
    for verdict, style in _STYLES.items():
        table.add_column(str(verdict), justify="right", style=style, no_wrap=True)
    table.add_column("all", justify="right")
    for page, languages in proof.pages.items():
        for language, entry in languages.items():
            table.add_row(page if language == next(iter(languages)) else "", language, *_cells(entry.counts))
    table.add_section()
    for language, counts in proof.counts.items():
        table.add_row("all" if language == next(iter(proof.counts)) else "", language, *_cells(counts))
    return table


def _cells(counts: dict[str, int]) -> list[str]:
    return [*(str(counts.get(verdict, "")) for verdict in _STYLES), str(sum(counts.values()))]


def _reasons(proof: Proof) -> Table:
    table = _Table(
        "block",
        "verdict",
        "reason",
        title="What did not pass, or passed with a remark",
        title_justify="left",
    )
    for languages in proof.pages.values():
        page = next(iter(languages.values()), None)
        for block in page.blocks if page else ():
            if block.verdict != Verdict.PASSED or block.reason:
                assert page is not None
                where = f"{page.path}:{block.line or ''} {block.name}".replace(": ", " ")
                verdict = Text(block.verdict, style=_STYLES[Verdict(block.verdict)])
                table.add_row(where, verdict, block.reason)
    return table


def _measured(proof: Proof) -> Table:
    table = _Table("what", "took", title="Measured", title_justify="left")
    table.columns[1].justify = "right"
    for name, took in proof.measured.items():
        table.add_row(name.replace("-", " "), f"{took:.1f} s")
    return table


def _replacements(proof: Proof) -> Table:
    title = f"What ran on {proof.provider} in place of what the pages pin"
    table = _Table("the pages pin", "what ran", "why", title=visible(title), title_justify="left")
    contracts = proof.contracts
    if contracts is not None:
        table.caption = (
            f"Facts about the originals that the pages rely on: {contracts.facts}. A test holds what ran "
            f"to {contracts.held} of them; {contracts.unread} were read in another version than the pinned "
            f"one ({hooks.program()} contracts --unread). Those without a test: "
            f"{hooks.program()} contracts --open."
        )
        table.caption_justify = "left"
        for name in ("facts", "held", "unread"):
            table.add_column(name, justify="right", no_wrap=True)
    for row in proof.cluster["replacements"]:
        counts = row.get("contracts", {})
        table.add_row(row["guide"], row["runs"], row["why"], *map(str, counts.values()))
    return table
