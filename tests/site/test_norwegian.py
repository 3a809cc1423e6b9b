"""The guide's own sentences about a run, in Norwegian: all of them, no others, and so on the pages."""

from __future__ import annotations

import re
from dataclasses import astuple
from html import escape

import pytest

from guide import terms
from guide.clusters import browser
from guide.hooks import PROVIDERS, TAGS
from guide.paths import ROOT
from guide.pins.lockfile import Pin
from guide.sandbox import admission
from guide.site import norwegian
from guide.site.norwegian import SOURCE, read
from tests.site.prose import words
from tests.site.records import record, write
from tests.site.site_support import Site
from tests.site.test_language import COMMON, misspelt
from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster, Options, Replacement
from walkthrough.machine.registry import get_cluster
from walkthrough.progress import Progress
from walkthrough.run import verdicts

#: What a machine may lack for a browser: a name or a path needs no wording.
LACKING = re.findall(r'echo "?([^"\n]+)', browser._LOOK)
PINNED = Pin("quay.io/team/tool:v1", f"sha256:{'a' * 64}")


def cluster_of(provider: str, monkeypatch: pytest.MonkeyPatch, **versions: str) -> Cluster:
    """A cluster that is not there; ``versions`` are what it would say of itself."""
    cluster = get_cluster(provider, Options(name="unit"), Progress())
    monkeypatch.setattr(cluster, "versions", lambda: versions)
    return cluster


def answers(cluster: Cluster) -> list[str]:
    return [text for tag in TAGS if (text := cluster.answer(tag).text)]


def without_browser(monkeypatch: pytest.MonkeyPatch) -> str:
    """The answer of a machine that lacks everything."""
    cluster = cluster_of("sandbox", monkeypatch)
    monkeypatch.setattr(cluster, "argv", lambda command: ["printf", r"%s\n", *LACKING])
    return browser.answer(cluster).text


@pytest.fixture
def sentences(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that the code and its tables can say, on whatever cluster."""
    rows: list[Replacement] = []
    said = [verdicts.ENDED, verdicts.EARLIER.format(where="docs/nb/index.md:3"), verdicts.OTHER_LANGUAGE]
    for provider in PROVIDERS:
        for versions in ({}, {"kubernetes": "v1.36.3"}):
            cluster = cluster_of(provider, monkeypatch, **versions)
            said += answers(cluster)
            rows += cluster.replacements()
    # Whether the guide pins a digest is for its lock file to say.
    rows += admission.replacements([PINNED.image], [PINNED])
    said += [without_browser(monkeypatch), *(item for item in LACKING if " " in item)]
    said += [cell for row in rows for cell in astuple(row)]
    return list(dict.fromkeys(said))


def test_every_sentence_has_a_wording(sentences: list[str]) -> None:
    assert len(sentences) > 60
    missing = [sentence for sentence in sentences if norwegian.load().say(sentence) is None]
    assert missing == [], f"write what a Norwegian engineer would say into {SOURCE}:\n" + "\n".join(
        f"- en: {sentence}\n  nb: …" for sentence in missing
    )


def test_no_sentence_has_two_wordings_and_no_wording_is_idle(sentences: list[str]) -> None:
    found = {sentence: list(norwegian.load().of(sentence)) for sentence in sentences}
    assert {sentence: fit for sentence, fit in found.items() if len(fit) > 1} == {}
    used = {wording for fit in found.values() for wording in fit}
    idle = [wording.en for wording in norwegian.load().entries if wording not in used]
    assert idle == [], f"nothing says this any more, take it out of {SOURCE}:\n" + "\n".join(idle)


def test_the_wordings_are_spelt_right_and_in_the_guides_own_words() -> None:
    entries = [wording for wording in norwegian.load().entries if wording.nb != wording.en]
    said = [re.sub(r"\{\w+…?\}", "…", wording.nb) for wording in entries]
    assert misspelt(set().union(*map(words, said)), "nb") == set()
    never = [word for term in terms.load(ROOT) for word in term.never.get("nb", [])]
    wrong = re.compile(rf"(?<!\w)(?:{'|'.join([*never, *COMMON['en'].split()])})(?!\w)", re.IGNORECASE)
    assert [text for text in said if wrong.search(text)] == []


def test_a_wording_takes_over_versions_and_lists() -> None:
    table = read(
        "- en: a part {version}, without {things…}\n  nb: uten {things…} er dette en del {version}\n"
        "- en: its own hat\n  nb: sin egen hatt\n- same: Redis {version}"
    )
    assert (
        table.say("a part 1.2, without its own hat, certutil")
        == "uten sin egen hatt, certutil er dette en del 1.2"
    )
    assert table.say("Redis 9.9.9-rc.1") == "Redis 9.9.9-rc.1"
    for other in (
        "Redis, a part",
        "the old Redis 8",
        "a part 1.2, without ",
        "a part of it, without that",
        "",
    ):
        assert table.say(other) is None


@pytest.mark.parametrize(
    ("table", "line", "what"),
    [
        ("{}", "", "no list"),
        ("", "", "no list"),
        ("- en: [", ":1", "not YAML"),
        ("- en: a\n  nb: b\n  en: c", ":3", "twice"),
        ("- same: a\n- en: b", ":2", "no sentence and its wording"),
        ("- {en: a, nb: b, de: c}", ":1", "no sentence and its wording"),
        ("- {en: a, nb: }", ":1", "no sentence and its wording"),
        ("- {en: a, nb: 1}", ":1", "no sentence and its wording"),
        ("- a", ":1", "no sentence and its wording"),
        ("- same: a\n- same: b\n- {en: a, nb: c}", ":3", "stands on line 1"),
        ('- {en: "a {b}", nb: c}', ":1", "the same places"),
        ('- {en: "a {b}", nb: "a {b…}"}', ":1", "the same places"),
        ('- {en: "a {b} {b…}", nb: "a {b} {b…}"}', ":1", "the same places"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(table: str, line: str, what: str) -> None:
    with pytest.raises(UserError, match=what) as refused:
        read(table)
    assert refused.value.where == f"{SOURCE}{line}"


def test_pages_say_it_in_their_own_language(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = cluster_of("sandbox", monkeypatch)
    rows, answer = cluster.replacements(), cluster.answer("microk8s").text
    data = record(sample)
    data["cluster"]["replacements"] = [
        dict(zip(("guide", "runs", "why"), astuple(row), strict=True)) for row in rows
    ]
    for page in data["pages"]["cluster.md"].values():
        block = next(block for block in page["blocks"] if block["id"] == "sample-linux")
        block["reason"] = answer
    write(sample, data)
    assert sample.build() == []

    norsk, english = sample.read("proof/index.html"), sample.read("en/proof/index.html")
    (recorded,) = re.findall(r'id="sandbox-replacements".*?</table>', norsk, re.DOTALL)
    assert 'lang="en"' not in recorded
    for sentence in {cell for row in rows for cell in astuple(row)}:
        assert f">{escape(norwegian.load().say(sentence) or '')}</" in recorded
        assert f">{escape(sentence)}</" in english
    said = escape(norwegian.load().say(answer) or "")
    assert f">{said}</td>" in norsk
    assert f'<p class="guide-note">Erstattet i sandkassen: {said}.</p>' in sample.read("cluster/index.html")
    assert f"Substituted in the sandbox: {escape(answer)}.</p>" in sample.read("en/cluster/index.html")


def test_a_table_that_is_wrong_stops_the_build(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norwegian, "load", lambda: read("- en: a"))
    assert SOURCE in "\n".join(sample.build())
