"""What a chapter opens with: what the reader will have, what they need, and how long it took.

The first two are the author's: paragraphs before the first section that begin in bold. The time is the
proof's own, and without a proof that holds there is none.

A page that names another's time has it from there too: ``<span data-guide="took:quarter"></span>``
becomes the sentence that stands in that page's frame, ``took:chapters`` that of the newest whole run, and
``took:drift`` what that run measured of a delivery and of drift. A figure that was copied by hand was of
another run than the one on the page itself.
"""

from __future__ import annotations

import re

from guide.site.badge import in_words, where
from guide.site.report import duration
from guide.site.texts import Locale, text
from walkthrough.errors import UserError
from walkthrough.proof.record import Proof
from walkthrough.proof.staleness import State
from walkthrough.site.proofs import Proofs

#: Paragraphs in bold, one after the other.
_FACTS = re.compile(r"(?:<p><strong>.*?</p>\s*)+", re.DOTALL)
_PLACE = re.compile(r'<span data-guide="took:([\w-]+)"></span>')
_CHAPTERS, _DRIFT = "chapters", "drift"
#: What a run measures of a delivery and of drift, by the names that :attr:`Proof.measured` has.
_MEASURED = {"delivered": "push-to-healthy", "undone": "scaled-by-hand-to-back"}


def frame(html: str, proofs: Proofs, page: str, locale: Locale) -> str:
    """The page with its opening in a frame; a page without steps as it is.

    :param html: the page's content.
    :param page: its name, such as ``cluster.md``.
    """
    if not proofs.runs(page, locale):
        return html
    head, section, rest = html.partition("<h2")
    time = _time(proofs, page, locale)
    if found := _FACTS.search(head):
        before, facts, after = head[: found.start()], found[0], head[found.end() :]
    else:
        before, facts, after = head, "", ""
    if not facts and not time:
        return html
    return f'{before}<div class="guide-opening">{facts}{time}</div>{after}{section}{rest}'


def fill(markdown: str, proofs: Proofs, locale: Locale) -> str:
    """The page with the times of others in their places; nothing stands where no run tells one.

    :raises UserError: a place names no page of the guide.
    """

    def sentence(place: re.Match[str]) -> str:
        if place[1] == _CHAPTERS:
            return _whole(proofs, locale)
        if place[1] == _DRIFT:
            return _drift(proofs, locale)
        page = f"{place[1]}.md"
        if page not in proofs.project.nav:
            raise UserError(f"took:{place[1]} names no page of the guide")
        return _took(proofs, page, locale)

    return _PLACE.sub(sentence, markdown)


def _time(proofs: Proofs, page: str, locale: Locale) -> str:
    took = _took(proofs, page, locale)
    return f'<p class="guide-opening__time">{took}</p>' if took else ""


def _took(proofs: Proofs, page: str, locale: Locale) -> str:
    """How long the steps took in the best run that still holds; they run once, for all languages."""
    for status in proofs.statuses(page, locale):
        if status.proof is None or status.state not in (State.VERIFIED, State.PARTIAL):
            continue
        if seconds := sum(status.proof.times(page).values()):
            return _sentence("took", status.proof, locale, time=seconds)
    return ""


def _whole(proofs: Proofs, locale: Locale) -> str:
    """How long all chapters took in the newest whole run of them: of that day, whatever has changed since."""
    chapters = [
        page
        for page in proofs.project.nav
        if page not in proofs.project.alone and proofs.blocks(page, locale)
    ]
    whole = [proof for proof in proofs.whole() if all(page in proof.pages for page in chapters)]
    for proof in sorted(whole, key=lambda one: one.date, reverse=True):
        if seconds := sum(sum(proof.times(page).values()) for page in chapters):
            return _sentence("took-all", proof, locale, time=seconds)
    return ""


def _drift(proofs: Proofs, locale: Locale) -> str:
    """How soon a push was delivered, and drift undone, in the newest whole run that has measured both."""
    for proof in sorted(proofs.whole(), key=lambda one: one.date, reverse=True):
        if all(name in proof.measured for name in _MEASURED.values()):
            times = {place: proof.measured[name] for place, name in _MEASURED.items()}
            return _sentence("took-drift", proof, locale, **times)
    return ""


def _sentence(key: str, proof: Proof, locale: Locale, **times: float) -> str:
    return text(
        locale,
        key,
        **{place: f"<strong>{duration(seconds, locale)}</strong>" for place, seconds in times.items()},
        where=where(proof.provider, locale),
        day=in_words(proof.date.date(), locale),
    )
