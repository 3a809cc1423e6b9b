"""The page of messages: in order, proven where it says so, and found by who pastes one into the search."""

from __future__ import annotations

import re

import pytest
from bench.search import hits

from guide.paths import DOCS, SNIPPETS
from guide.site.texts import LOCALES, Locale
from tests.site.site_support import Site, Tab

UNPROVEN: dict[Locale, str] = {"nb": "ikke framprovosert", "en": "not provoked"}
#: What varies in a message is found where the constant parts are.
VARIES = "…"

#: As programs print them, with all that they put around what is on the page.
PASTED = {
    "E: Release file for http://packages.example/dists/noble/InRelease is not valid yet "
    "(invalid for another 1h 59min 49s). Updates for this repository will not be applied.": "apt",
    "curl: (60) SSL certificate problem: unable to get local issuer certificate": "local-issuer",
    "curl: (35) error:0A000458:SSL routines::tlsv1 unrecognized name": "handshake",
    "The connection to the server 127.0.0.1:16443 was refused - did you specify the right host or "
    "port?": "refused",
    "Unable to connect to the server: dial tcp 192.168.64.7:16443: i/o timeout": "unreachable",
    'error: cannot communicate with server: Post "http://localhost/v2/snaps/microk8s": dial unix '
    "/run/snapd.socket: connect: no such file or directory": "snapd",
    'unable to deliver webhook task[1]: Post "https://x.example/": dial tcp 10.152.183.1:443: webhook can '
    "only call allowed HTTP servers (check your security.ALLOWED_HOST_LIST setting), deny": "webhook",
    "FATAL\tFatal error\tinit error: DB error: failed to download vulnerability DB: OCI repository error: "
    "TOOMANYREQUESTS: retry-after: 35.852µs, allowed: 44000/minute": "trivy",
    'Usage of EmptyDir volume "scratch" exceeds the limit "4Mi". ': "outgrown",
    "fatal: Authentication failed for 'https://gitea.gitops.test/gitops/platform.git/'": "git-token",
    "x509: certificate has expired or is not yet valid: current time 2026-11-28T19:00:00Z": "go-clock",
}


def entries(locale: Locale) -> dict[str, tuple[str, str]]:
    """What the page has of each message: its text and what is said of it, by anchor."""
    text = (DOCS / locale / "messages.md").read_text(encoding="utf-8")
    found = re.findall(r"^## `([^\n]+)` \{#([a-z0-9-]+)\}\n(.*?)(?=^## )", text, re.M | re.S)
    return {anchor: (message, body) for message, anchor, body in found}


def chain() -> str:
    """All that the chain expects or looks for."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SNIPPETS.rglob("*.*")))


def test_both_languages_have_the_same_messages_in_the_order_of_the_alphabet() -> None:
    norwegian, english = (
        {anchor: message for anchor, (message, _) in entries(locale).items()} for locale in LOCALES
    )
    assert norwegian == english
    assert len(english) > 40
    messages = list(english.values())
    assert messages == sorted(messages, key=str.casefold)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_is_recognised_in_the_chain_or_said_not_to_be(locale: Locale) -> None:
    text = chain()
    unseen = []
    for anchor, (message, body) in entries(locale).items():
        parts = [part.strip() for part in message.split(VARIES) if part.strip()]
        proven = all(part in text for part in parts)
        if not proven and UNPROVEN[locale] not in " ".join(body.lower().split()):
            unseen.append(anchor)
    assert unseen == [], "the chain never sees these messages, and the page does not say so"


@pytest.mark.browser
@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_that_is_pasted_is_found(tab: Tab, guide: Site, guide_origin: str, locale: Locale) -> None:
    """The page comes first, and among its first sections is the message's own."""
    wanted = {message.replace(VARIES, "x-1.2"): anchor for anchor, (message, _) in entries(locale).items()}
    wanted |= PASTED
    answers = hits(tab.page, guide, guide_origin, "" if locale == "nb" else "en/", "guide", wanted)
    for message, anchor in wanted.items():
        first, *_ = answers[message] or [[""]]
        assert first[0].startswith("messages/"), f"{message}: the first hit is {first[:1]}"
        assert f"messages/#{anchor}" in first[:3], f"{message}: the first sections are {first[:3]}"


@pytest.mark.browser
def test_a_field_and_a_phrase_mean_what_they_did(tab: Tab, guide: Site, guide_origin: str) -> None:
    asked = ["title:Messages", '"local issuer certificate"', '"issuer local certificate"']
    answers = hits(tab.page, guide, guide_origin, "en/", "guide", asked)
    # The cheat sheet has a heading of that name: the chapter's.
    named = [page[0].partition("#")[0] for page in answers["title:Messages"]]
    assert named == ["messages/", "cheat-sheet/"]
    assert answers['"local issuer certificate"']
