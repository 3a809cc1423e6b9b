"""The badge of a page as HTML: what each run of it is worth today, and what was not run as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from walkthrough.proof.record import BlockVerdict
from walkthrough.proof.staleness import State, Status
from walkthrough.site.proofs import Proofs, unproven
from walkthrough.site.words import Words

#: The order in which counts are told.
VERDICTS = ("passed", "substituted", "skipped", "failed", "not-run")


def badge(proofs: Proofs, page: str, language: str, words: Words) -> str:
    """The badge of a page: a paragraph for each kind of machine; empty for a page without blocks.

    :param page: its name, such as ``cluster.md``.
    """
    if not proofs.runs(page, language):
        return ""
    lines = [_machine(status, page, language, words) for status in proofs.statuses(page, language)]
    told = "".join(lines or [_line("none", f"<strong>{escape(words.say('none'))}</strong>")])
    return f'\n<aside class="walkthrough-proof" aria-label="{escape(words.say("proof"))}">{told}</aside>'


def _line(state: str, text: str) -> str:
    return f'<p class="walkthrough-proof__line walkthrough-proof__line--{state}">{text}</p>'


def _machine(status: Status, page: str, language: str, words: Words) -> str:
    proof = status.proof
    assert proof is not None  # a status without one is no line
    state = "unproven" if status.state is State.NONE else str(status.state)
    bad = unproven(status, page, language)
    reason = status.reason if bad is None else f"{bad.name} ({words.say(bad.verdict)})"
    head = words.say(state, machine=proof.provider, day=f"{proof.date:%Y-%m-%d}", reason=reason)
    counts = ", ".join(
        f"{status.counts[each]} {words.say(each)}" for each in VERDICTS if status.counts.get(each)
    )
    line = _line(state, f"<strong>{escape(head)}</strong> {escape(words.say('blocks', counts=counts))}")
    notes = "".join(
        f"<li><code>{escape(block.name)}</code>: {escape(f'{words.say(block.verdict)}, {block.reason}')}</li>"
        for block in _remarked(proof.pages[page][language].blocks)
    )
    if not notes:
        return line
    return f"{line}<details><summary>{escape(words.say('notes'))}</summary><ul>{notes}</ul></details>"


def _remarked(blocks: list[BlockVerdict]) -> Iterator[BlockVerdict]:
    """Those that a run did not do, or not quite as a reader does."""
    return (block for block in blocks if block.reason and block.verdict != "not-run")
