"""What readers type into the search: it finds the page that answers, and nothing makes it fail."""

from __future__ import annotations

from functools import partial

import pytest
from bench.search import hits

from tests.site.site_support import Site, Tab

pytestmark = pytest.mark.browser

#: A query, and where its answer is: a page, or a section of one.
ANSWERS = {
    "": {
        # Names, and what is looked for.
        "argocd": "argocd/",
        "Argo CD": "argocd/",
        "sertifikat": "certificates/",
        "nøkler": "secrets/",
        "fornye sertifikat": "upkeep/#renewal",
        "rulle tilbake": "faq/#rollback",
        "hvordan installerer jeg gitea?": "gitea/#install",
        "hemmeligheter i git": "secrets/",
        "glemt passord": "gitea/#password",
        "slett alt": "gone/#reset",
        "avinstallere": "cleanup/",
        "gjenoppretting": "gone/",
        "hurtigstart": "quarter/",
        "ofte stilte spørsmål": "faq/",
        "systemkrav": "#what-you-need",
        "overvåking": "choose/#not-for-production",
        "flere noder": "next/#nodes",
        "pod henger i Pending": "troubleshooting/#table",
        # Typed with signs around them.
        "«hemmeligheter»": "secrets/",
        '"hemmeligheter i git"': "secrets/",
        ".drone.yml": "nyan/",
        "gitea?": "gitea/",
        # On a keyboard without the letters, with one wrong, and in one word or two.
        "feilsoking": "troubleshooting/",
        "feilsoeking": "troubleshooting/",
        "sertfikat": "certificates/",
        "gieta": "gitea/",
        "adminpassord": "gitea/#password",
        "imageregister": "registry/",
        "image register": "registry/",
        # What no page calls it (docs-dev/terms.yaml).
        "klyngen": "cluster/",
        # A message, as a program says it.
        "error: You must be logged in to the server (Unauthorized)": "messages/#logged-out",
        "curl: (6) Could not resolve host: gitea.gitops.test": "messages/#resolve",
    },
    "en/": {
        "argocd": "argocd/",
        "certificates": "certificates/",
        "renew certificate": "upkeep/#renewal",
        "how do I renew a certificate": "upkeep/#renewal",
        "what is an ingress": "ingress/",
        "node": "next/#nodes",
        "out of sync": "troubleshooting/#out-of-sync",
        "uninstall": "cleanup/",
        "disaster recovery": "gone/",
        "reboot": "upkeep/#restart",
        "rollback": "delivery/#rollback",
        "sync window": "delivery/#by-hand",
        "single sign-on": "argocd/#sso",
        "quick start": "quarter/",
        "faq": "faq/",
        "monitoring": "choose/#not-for-production",
        "jenkins": "choose/#compare",
        "CVE": "nyan/#vulnerabilities",
        "CrashLoopBackOff": "troubleshooting/#table",
        "(gitea)": "gitea/",
        "‘gitea’": "gitea/",
        "gitea*": "gitea/",
        "+gitea -drone": "gitea/",
        ".drone.yml": "nyan/",
        "--registry-certificate": "messages/#unknown-authority",
        "certficate": "certificates/",
        "passwrod": "gitea/#password",
        "mikrok8s": "cluster/",
        "cheatsheet": "cheat-sheet/",
        "certmanager": "certificates/",
        "sealedsecrets": "secrets/",
        "x509: certificate signed by unknown authority": "messages/#unknown-authority",
        "Unable to connect to the server: dial tcp 10.0.0.5:16443: i/o timeout": "messages/#unreachable",
        'failed to pull and unpack image "gitea.gitops.test/cat/nyan": not found': "messages/#not-pulled",
    },
}

#: What the search's own language has a meaning for, or what no word is made of.
SIGNS = [*'-+*~^:/.?()%😀\\"', "--", "**", "::", '"""', "a\\", "...", "()", "&lt;"]
ODD = ["a~b", "foo^bar", "foo~", "foo^", "~gitea", "^gitea", "*gitea", "-gitea", "--server-side", "foo:bar"]
ODD += ["title:", "c++", "$(date)", "<b>x</b>"]
LONG = ["a" * 10_000, "a " * 5_000, "~^:+-*" * 1_500, '"' * 10_000, "(" * 10_000]


@pytest.mark.parametrize("folder", ["", "en/"])
def test_what_readers_type_finds_its_page(tab: Tab, guide: Site, guide_origin: str, folder: str) -> None:
    """The page is among the first three hits, and the section on top of those that it has there."""
    answers = hits(tab.page, guide, guide_origin, folder, "guide", ANSWERS[folder])
    first = {query: pages[:3] for query, pages in answers.items()}
    assert {
        query: (wanted, first[query])
        for query, wanted in ANSWERS[folder].items()
        if not any(hit.startswith(wanted) for page in first[query] for hit in page[:2])
    } == {}


@pytest.mark.parametrize("folder", ["", "en/"])
def test_nothing_that_is_typed_fails(tab: Tab, guide: Site, guide_origin: str, folder: str) -> None:
    """A query that the engine cannot read is told of in the console."""
    ask = partial(hits, tab.page, guide, guide_origin, folder, "guide")
    ask(SIGNS + ODD + LONG)
    assert tab.said == []
    ask = partial(hits, tab.page, guide, guide_origin, folder, "theme")
    ask(["a~b"])
    assert any("Invalid query" in line for line in tab.said), "the theme's own reads it now"
    tab.said.clear()
