"""What a chapter opens with: what the reader will have, what they need, and how long it took.

The first two are the author's: paragraphs before the first section that begin in bold. The time is the
proof's own, and without a proof that holds there is none.
"""

from __future__ import annotations

import re

from guide.site.badge import in_words, where
from guide.site.proofs import Proofs
from guide.site.report import duration
from guide.site.texts import Locale, text
from walkthrough.proof.staleness import State

#: Paragraphs in bold, one after the other.
_FACTS = re.compile(r"(?:<p><strong>.*?</p>\s*)+", re.DOTALL)


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


def _time(proofs: Proofs, page: str, locale: Locale) -> str:
    """How long the steps took in the best run that still holds; they run once, for all languages."""
    for status in proofs.statuses(page, locale):
        if status.proof is None or status.state not in (State.VERIFIED, State.PARTIAL):
            continue
        seconds = sum(status.proof.times(page).values())
        if seconds <= 0:
            continue
        day = in_words(status.proof.date.date(), locale)
        took = text(
            locale,
            "took",
            time=f"<strong>{duration(seconds, locale)}</strong>",
            where=where(status.proof.provider, locale),
            day=day,
        )
        return f'<p class="guide-opening__time">{took}</p>'
    return ""
