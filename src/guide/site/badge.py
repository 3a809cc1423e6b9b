"""What a page says about its own proof: the badge at its end, and notes below single steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape

from babel.dates import format_date

from guide.site import norwegian
from guide.site.texts import Locale, text
from walkthrough.proof.record import Proof
from walkthrough.proof.staleness import CLOCKS, VALID_FOR, State, Status
from walkthrough.site.badge import VERDICTS
from walkthrough.site.proofs import Proofs, unproven

#: Every language's form of a date. Plain «en» would put the month first.
_FORMS: Mapping[Locale, str] = {"nb": "nb", "en": "en_GB"}


#: Parts of the cluster that only the page with the whole proof lists.
_INNARDS = ("containerd", "coredns", "etcd", "image", "kernel", "runc")
_NAMES = {
    "coredns": "CoreDNS",
    "image": "Ubuntu",
    "kernel": "Linux",
    "kubernetes": "Kubernetes",
    "microk8s": "MicroK8s",
    "multipass": "Multipass",
}


def listed(versions: Mapping[str, str]) -> str:
    """Components and their versions: ``Kubernetes 1.36.3, etcd 3.6.8``, as HTML."""
    return ", ".join(f"{escape(_NAMES.get(name, name))} {escape(of)}" for name, of in versions.items())


def in_words(day: date, locale: Locale) -> str:
    """A date: ``23. november 2026``, ``23 November 2026``."""
    return str(format_date(day, "long", locale=_FORMS[locale]))


def where(provider: str, locale: Locale) -> str:
    """A kind of cluster, with its preposition: ``i sandkassen``, ``on MicroK8s``."""
    return text(locale, f"on-{provider}")


def counted(counts: Mapping[str, int], locale: Locale) -> str:
    """Verdicts in words: ``12 bestått, 2 erstattet``."""
    return ", ".join(
        f"{counts[verdict]} {text(locale, verdict)}" for verdict in VERDICTS if counts.get(verdict)
    )


def quoted(words: str, locale: Locale) -> str:
    """Words of a run as HTML. What is not the guide's own is English on every page, and says so."""
    own = words if locale == "en" else norwegian.load().say(words)
    return f'<span lang="en">{escape(words)}</span>' if own is None else escape(own)


def badge(proofs: Proofs, page: str, locale: Locale, proof_page: str) -> str:
    """The badge of a page: one line a cluster, or that nothing is proven. Empty for a page of prose.

    :param page: its name, such as ``cluster.md``.
    :param proof_page: the address of the page with the whole proof.
    """
    if not proofs.runs(page, locale):
        return ""
    lines = [_line(proofs, status, page, locale, proof_page) for status in proofs.statuses(page, locale)]
    if not lines:
        lines = [("none", f"<strong>{text(locale, 'badge-none')}</strong> {text(locale, 'badge-none-why')}")]
    items = "".join(
        f'<p class="guide-proof__line guide-proof__line--{kind}">{content}</p>' for kind, content in lines
    )
    return f'<aside class="guide-proof" aria-label="{text(locale, "badge")}">{items}</aside>'


def _line(proofs: Proofs, status: Status, page: str, locale: Locale, proof_page: str) -> tuple[str, str]:
    proof = status.proof
    assert proof is not None  # a status without one is no line
    day = in_words(proof.date.date(), locale)
    place = where(proof.provider, locale)
    record = f"{proof_page}#{proofs.anchor(proof)}"
    if status.state is State.VERIFIED:
        head, why = text(locale, "badge-verified", day=day, where=place), ""
    elif status.state is State.PARTIAL:
        head, why = text(locale, "badge-partial", day=day, where=place), text(locale, "badge-partial-why")
    elif status.state is State.STALE:
        head, why = text(locale, "badge-stale", day=day, where=place), _staleness(proofs, status, locale)
    else:
        head, why = text(locale, "badge-failed", day=day, where=place), _unproven(status, page, locale)
    parts = [f"<strong>{head}</strong>", why, *_facts(proof, locale, record)]
    if counts := counted(status.counts, locale):
        parts.append(f"{text(locale, 'blocks')}: {counts}.")
    parts.append(f'<a href="{record}">{text(locale, "whole-proof", where=place)}</a>')
    return str(status.state), " ".join(part for part in parts if part)


def _staleness(proofs: Proofs, status: Status, locale: Locale) -> str:
    assert status.proof is not None
    if status.change is not None:
        page = status.change.page
        return text(locale, f"stale-{status.change.what}", title=page and escape(proofs.title(page, locale)))
    age = (proofs.now or datetime.now(UTC)) - status.proof.date
    if age > VALID_FOR:
        return text(locale, "stale-age", days=str(age.days), limit=str(VALID_FOR.days))
    if age < -CLOCKS:
        return text(locale, "stale-to-come", day=in_words(status.proof.date.date(), locale))
    return text(locale, "stale-blocks")  # the page cannot be read


def _unproven(status: Status, page: str, locale: Locale) -> str:
    block = unproven(status, page, locale)
    if block is None:
        return ""
    name = f"<code>{escape(block.name)}</code>"
    key = "failed-block" if block.verdict == "failed" else "not-run-block"
    return text(locale, key, name=name)


def _facts(proof: Proof, locale: Locale, record: str) -> list[str]:
    facts = []
    if commit := proof.guide["commit"]:
        key = "commit-dirty" if proof.guide["dirty"] else "commit"
        facts.append(text(locale, key, commit=f"<code>{commit[:7]}</code>"))
    versions = {name: of for name, of in proof.cluster["versions"].items() if name not in _INNARDS}
    if versions:
        facts.append(text(locale, "versions", versions=listed(versions)))
    if count := len(proof.cluster["replacements"]):
        link = f'<a href="{record}-replacements">'
        key = "replaced-one" if count == 1 else "replaced"
        facts.append(text(locale, key, link=link, count=str(count), end="</a>"))
    return facts


def notes(proofs: Proofs, page: str, locale: Locale, block: str) -> str:
    """What to put below a step that a run did not do as the page says: HTML, or nothing.

    :param block: the step's id.
    """
    return "".join(
        '<p class="guide-note">'
        + text(
            locale,
            f"note-{verdict.verdict}",
            where=where(proof.provider, locale),
            what=quoted(verdict.reason, locale),
        )
        + "</p>"
        for proof, verdict in proofs.verdicts(page, locale, block)
        if verdict.verdict in ("substituted", "skipped") and verdict.kind != "skip"
    )
