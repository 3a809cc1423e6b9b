"""What pages say about their proofs: the badge, the notes below steps, and the whole record."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from guide.site.badge import in_words
from guide.site.report import duration
from tests.site.records import NOW, record, summed_up, write
from tests.site.site_support import Site
from walkthrough.project import Project
from walkthrough.proof import archive
from walkthrough.proof.storage import read


def badge(site: Site, page: str = "cluster/index.html") -> str:
    """The words of a page's badge; empty where it has none."""
    match = re.search(r'<aside class="guide-proof".*?</aside>', site.read(page), re.DOTALL)
    return re.sub(r"<[^>]+>", "", match[0]) if match else ""


def rebuilt(site: Site) -> Site:
    assert site.build() == []
    return site


def test_without_a_run_a_page_claims_nothing(sample: Site) -> None:
    assert badge(rebuilt(sample)).startswith("Ikke prøvd.")
    assert badge(sample, "en/cluster/index.html").startswith("Not tested.")
    assert "Ingen kjøring er registrert" in sample.read("proof/index.html")
    assert "No run is recorded" in sample.read("en/proof/index.html")


def test_a_page_of_prose_has_no_badge(sample: Site) -> None:
    write(sample, record(sample))
    assert badge(rebuilt(sample), "index.html") == ""


def test_a_verified_page_says_when_where_and_with_what(sample: Site) -> None:
    write(sample, record(sample))
    words = badge(rebuilt(sample))
    assert words.startswith(f"Verifisert {in_words(NOW.date(), 'nb')} i sandkassen.")
    for part in (
        "Commit abc1234.",
        "Med Kubernetes 1.36.3.",
        "Én del er byttet ut",
        "5 bestått",
        "1 erstattet",
    ):
        assert part in words
    english = badge(sample, "en/cluster/index.html")
    assert english.startswith(f"Verified on {in_words(NOW.date(), 'en')} in the sandbox.")
    assert "5 passed, 1 substituted, 2 skipped" in english


def test_a_sandbox_proof_never_passes_for_a_microk8s_proof(sample: Site) -> None:
    write(sample, record(sample, "sandbox"))
    assert "MicroK8s" not in badge(rebuilt(sample))
    write(sample, record(sample, "microk8s", when=NOW - timedelta(days=31)))
    words = badge(rebuilt(sample))
    assert "Verifisert" in words
    assert "i sandkassen" in words
    assert "Ikke lenger verifisert på MicroK8s." in words


def test_an_old_proof_says_how_old(sample: Site) -> None:
    write(sample, record(sample, when=NOW - timedelta(days=41)))
    words = badge(rebuilt(sample))
    assert "Ikke lenger verifisert" in words
    assert "41 dager gammel" in words


def test_a_changed_block_ends_the_proof_and_changed_prose_does_not(sample: Site) -> None:
    write(sample, record(sample))
    page = sample.root / "docs/nb/cluster.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nMer prosa.\n", encoding="utf-8")
    assert badge(rebuilt(sample)).startswith("Verifisert")
    (sample.root / "snippets/wait.sh").write_text("kubectl get nodes\n", encoding="utf-8")
    words = badge(rebuilt(sample))
    assert "Verifisert" not in words
    assert "endret etter kjøringen" in words
    assert 'class="guide-note"' not in sample.read("cluster/index.html")


def test_a_run_of_some_pages_is_not_a_proof_of_the_guide(sample: Site) -> None:
    write(sample, record(sample, complete=False))
    words = badge(rebuilt(sample))
    assert "Verifisert" not in words
    assert "Bare noen av sidene" in words
    write(sample, record(sample))
    assert badge(rebuilt(sample)).startswith("Verifisert")


def test_a_failed_run_names_the_block(sample: Site) -> None:
    data = record(sample)
    for language in ("nb", "en"):
        page = data["pages"]["cluster.md"][language]
        block = next(block for block in page["blocks"] if block["id"] == "sample-wait")
        block |= {"verdict": "failed", "reason": "exit code 1, expected 0"}
    write(sample, data)
    words = badge(rebuilt(sample))
    assert words.startswith("Ikke verifisert i sandkassen")
    assert "sample-wait feilet." in words


def test_a_substituted_step_says_what_was_done_instead(sample: Site) -> None:
    write(sample, record(sample))
    html = rebuilt(sample).read("cluster/index.html")
    (note,) = re.findall(r'<p class="guide-note">(.*?)</p>', html)
    words = "the sandbox brought up &lt;its&gt; own node"
    assert note == f'Erstattet i sandkassen: <span lang="en">{words}</span>.'
    assert f"Substituted in the sandbox: {words}." in sample.read("en/cluster/index.html")


def test_the_whole_record_lists_every_block_and_every_replacement(sample: Site) -> None:
    write(sample, record(sample))
    html = rebuilt(sample).read("proof/index.html")
    for name in (
        "sample-linux",
        "sample-wait:stdout",
        "sample-dns",
        "sample-file",
        "manifest:nyan/shown.yaml",
    ):
        assert f">{name}</code>" in html
    # Whatever has no wording in Norwegian is quoted as it is.
    assert '<span lang="en">Kubernetes &lt;1.36.3&gt;</span>' in html
    assert '<span data-label="Hvorfor">det er ingen Snap Store å hente fra</span>' in html
    assert "etcd 3.6.8" in html
    assert "7,5\N{NO-BREAK SPACE}s" in html
    assert "krever macOS" in html
    english = sample.read("en/proof/index.html")
    assert "needs macOS" in english
    assert '<span data-label="Why">no snap store</span>' in english
    # It ran once, in Norwegian.
    assert "7.5\N{NO-BREAK SPACE}s" in english
    assert 'href="../cluster/#sample-wait"' in english


def test_a_block_that_has_another_name_since_is_told_and_no_link(sample: Site) -> None:
    write(sample, record(sample))
    for page in sample.root.glob("docs/*/cluster.md"):
        page.write_text(page.read_text("utf-8").replace("#sample-wait", "#sample-waits"), encoding="utf-8")
    html = rebuilt(sample).read("en/proof/index.html")
    assert ">sample-wait</code>" in html
    assert "#sample-wait" not in html


def test_the_record_says_how_well_each_original_is_known(sample: Site) -> None:
    data = record(sample)
    data["cluster"]["replacements"].append(
        {
            "guide": "registry 2.8.3",
            "runs": "x",
            "why": "y",
            "contracts": {"facts": 0, "held": 0, "unread": 0},
        }
    )
    write(sample, data)
    html = rebuilt(sample).read("proof/index.html")
    assert '<span data-label="Holdt til originalen">9 av 12 fakta, 2 lest i en annen versjon</span>' in html
    assert '<span data-label="Holdt til originalen">ingen fakta</span>' in html
    assert "skrevet ned som 12 fakta" in html
    assert "2 av dem er lest i en annen versjon" in html
    english = sample.read("en/proof/index.html")
    assert (
        '<span data-label="Held to the original">9 of 12 facts, 2 read in another version</span>' in english
    )
    assert '<span data-label="Held to the original">no facts</span>' in english
    assert "written down as 12 facts" in english
    data["cluster"]["replacements"][0]["contracts"]["unread"] = 0
    write(sample, data)
    assert "annen versjon" not in rebuilt(sample).read("proof/index.html")


def test_a_run_from_before_there_were_contracts_says_nothing_of_them(sample: Site) -> None:
    data = record(sample)
    del data["cluster"]["replacements"][0]["contracts"]
    write(sample, data)
    html = rebuilt(sample).read("proof/index.html")
    assert "Hva som er byttet ut" in html
    assert "Holdt til originalen" not in html
    assert "contracts.toml" not in html


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_what_is_no_proof_stops_the_build(sample: Site, content: str) -> None:
    path = sample.root / "build/proof/sandbox.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    message = "\n".join(sample.build())
    assert "sandbox.json" in message
    assert "guide verify" in message


def test_dates_and_times_have_each_languages_form() -> None:
    day = date(2026, 11, 3)
    assert in_words(day, "nb") == "3. november 2026"
    assert in_words(day, "en") == "3 November 2026"
    assert duration(7.46, "nb") == "7,5\N{NO-BREAK SPACE}s"
    assert duration(185, "en") == "3\N{NO-BREAK SPACE}min\N{NO-BREAK SPACE}05\N{NO-BREAK SPACE}s"
    assert duration(0.01, "en") == "<\N{NO-BREAK SPACE}0.1\N{NO-BREAK SPACE}s"
    assert duration(0, "nb") == ""


def test_a_run_of_some_pages_is_shown_until_a_whole_one_comes_after_it(sample: Site) -> None:
    write(sample, record(sample, complete=False, when=NOW - timedelta(hours=2)))
    assert 'id="sandbox-partial"' in rebuilt(sample).read("proof/index.html")
    write(sample, record(sample, when=NOW - timedelta(hours=1)))
    assert 'id="sandbox-partial"' not in rebuilt(sample).read("proof/index.html")
    write(sample, record(sample, complete=False))
    assert 'id="sandbox-partial"' in rebuilt(sample).read("proof/index.html")


def test_a_page_before_this_one_that_changed_ends_its_proof_by_name(sample: Site) -> None:
    write(sample, record(sample))
    for language, more in (("nb", "Før"), ("en", "Before")):
        page = sample.root / f"docs/{language}/index.md"
        step = "```{.bash .step #sample-before}\ntrue\n```"
        page.write_text(f"{page.read_text(encoding='utf-8')}\n{more}:\n\n{step}\n", encoding="utf-8")
    words = badge(rebuilt(sample))
    assert "Verifisert" not in words
    assert "Sidene før denne er ikke de samme som i kjøringen." in words
    write(sample, record(sample))
    assert badge(rebuilt(sample)).startswith("Verifisert")
    for language in ("nb", "en"):
        page = sample.root / f"docs/{language}/index.md"
        page.write_text(page.read_text(encoding="utf-8").replace("\ntrue\n", "\nfalse\n"), encoding="utf-8")
    words = badge(rebuilt(sample))
    assert "Verifisert" not in words
    assert re.search(r"En side før denne er endret etter kjøringen \(\S", words)
    assert "A page before this one has changed since (" in badge(sample, "en/cluster/index.html")


def keep(site: Site, data: Any) -> None:
    """The kept form of a proof of the sample."""
    write(site, data)
    path = site.root / "build/proof" / f"{data['cluster']['provider']}.json"
    archive.write(read(path), Project(site.root))
    path.unlink()


def test_a_clone_shows_the_proof_that_is_kept(sample: Site) -> None:
    keep(sample, record(sample, when=NOW - timedelta(days=3)))
    day = (NOW - timedelta(days=3)).date()
    words = badge(rebuilt(sample))
    assert words.startswith(f"Verifisert {in_words(day, 'nb')} i sandkassen. Commit abc1234.")
    assert "5 bestått, 1 erstattet, 2 hoppet over" in words
    assert badge(sample, "en/cluster/index.html").startswith(f"Verified on {in_words(day, 'en')}")
    html = sample.read("en/proof/index.html")
    assert "needs macOS" in html
    assert "krever macOS" in sample.read("proof/index.html")
    assert "7.5\N{NO-BREAK SPACE}s" in html
    assert 'id="sandbox"' in html
    assert "guide-note" in sample.read("cluster/index.html")


def test_a_kept_proof_grows_old_and_stale_as_any(sample: Site) -> None:
    keep(sample, record(sample, when=NOW - timedelta(days=41)))
    assert "41 dager gammel" in badge(rebuilt(sample))
    keep(sample, record(sample))
    (sample.root / "snippets/wait.sh").write_text("kubectl get nodes\n", encoding="utf-8")
    assert "Blokkene på siden er endret etter kjøringen." in badge(rebuilt(sample))


def test_the_newest_run_of_the_page_as_it_is_is_shown(sample: Site) -> None:
    early, late = NOW - timedelta(days=5), NOW - timedelta(days=2)
    kept_one, own = record(sample, when=early), record(sample, when=late)
    keep(sample, kept_one)
    write(sample, own)
    words = badge(rebuilt(sample))
    assert words.startswith(f"Verifisert {in_words(late.date(), 'nb')}")
    html = sample.read("proof/index.html")
    assert html.index('id="sandbox"') < html.index('id="sandbox-2"')
    # The later run was of other blocks: what it says is of no use here.
    for language in ("nb", "en"):
        own["pages"]["cluster.md"][language]["blocks"][0]["sha256"] = "0" * 64
    write(sample, own)
    words = badge(rebuilt(sample))
    assert words.startswith(f"Verifisert {in_words(early.date(), 'nb')}")
    assert 'href="../proof/#sandbox-2"' in sample.read("cluster/index.html")
    # Neither is of this page: the later one is what is told.
    (sample.root / "snippets/wait.sh").write_text("kubectl get nodes\n", encoding="utf-8")
    words = badge(rebuilt(sample))
    assert words.startswith(f"Ikke lenger verifisert i sandkassen. Sist kjørt {in_words(late.date(), 'nb')}.")


def test_a_later_run_that_failed_is_not_hidden_by_the_kept_one(sample: Site) -> None:
    keep(sample, record(sample, when=NOW - timedelta(days=2)))
    data = record(sample)
    for language in ("nb", "en"):
        page = data["pages"]["cluster.md"][language]
        next(block for block in page["blocks"] if block["id"] == "sample-wait")["verdict"] = "failed"
    write(sample, data)
    assert badge(rebuilt(sample)).startswith("Ikke verifisert i sandkassen")


def test_the_run_that_was_kept_is_shown_once(sample: Site) -> None:
    data = record(sample)
    keep(sample, data)
    write(sample, data)
    html = rebuilt(sample).read("proof/index.html")
    assert 'id="sandbox"' in html
    assert 'id="sandbox-2"' not in html


def test_two_runs_of_one_day_are_told_apart_by_their_times(sample: Site) -> None:
    noon = (NOW - timedelta(days=2)).replace(hour=12, minute=0)
    early, late = record(sample, when=noon), record(sample, when=noon + timedelta(hours=1, minutes=30))
    keep(sample, early)
    write(sample, late)
    headings = re.findall(r'<h2 id="sandbox[^>]*>(.*?)<', rebuilt(sample).read("proof/index.html"))
    assert [heading.partition(", ")[2] for heading in headings] == ["kl. 13:30 UTC", "kl. 12:00 UTC"]


def test_what_is_kept_and_no_proof_stops_the_build(sample: Site) -> None:
    (sample.root / "proofs").mkdir()
    (sample.root / "proofs/sandbox.json").write_text("{}", encoding="utf-8")
    message = "\n".join(sample.build())
    assert "proofs/sandbox.json" in message
    assert "guide proof --keep" in message


def test_a_run_of_another_mode_and_one_of_an_older_form_are_left_out(sample: Site) -> None:
    keep(sample, record(sample))
    folder = sample.root / "build/proof"
    (folder / "sandbox.json").write_text('{"schema": 1}', encoding="utf-8")
    data = {**record(sample), "mode": "twice"}
    data["pages"]["cluster.md"]["nb"]["blocks"][0]["verdict"] = "failed"
    (folder / "sandbox.twice.json").write_text(json.dumps(summed_up(data)), encoding="utf-8")
    assert badge(rebuilt(sample)).startswith("Verifisert")
