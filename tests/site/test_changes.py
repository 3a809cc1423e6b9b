"""The date below each page, and the link for those who find a fault."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from guide.site import changes
from tests.site.site_support import Site

ONE, OTHER = "docs/nb/one.md", "docs/nb/øvelse.md"


def git(folder: Path, *arguments: str, on: str = "2026-01-02T23:30:00+0200") -> None:
    """Run git, with the clock and the name of a test."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "T"), ("EMAIL", "t@example.org"), ("DATE", on))
    }
    subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=os.environ | who
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two pages of January, one of which was changed in February."""
    root = tmp_path / "checkout"
    (root / "docs/nb").mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    for page in (ONE, OTHER):
        (root / page).write_text("first\n", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Two pages")
    (root / ONE).write_text("second\n", encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=One of them", on="2026-02-03T01:00:00+0100")
    return root


def test_a_page_has_the_day_of_its_last_commit_by_the_committers_clock(checkout: Path) -> None:
    assert changes.days(checkout) == {ONE: date(2026, 2, 3), OTHER: date(2026, 1, 2)}


def test_a_page_that_was_changed_since_has_none(checkout: Path) -> None:
    (checkout / OTHER).write_text("changed\n", encoding="utf-8")
    (checkout / "docs/nb/new.md").write_text("new\n", encoding="utf-8")
    assert changes.days(checkout) == {ONE: date(2026, 2, 3)}


def test_a_shallow_clone_knows_no_days(checkout: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{checkout}", "shallow")
    assert changes.days(tmp_path / "shallow") == {}
    git(tmp_path, "clone", "--quiet", f"file://{checkout}", "whole")
    assert changes.days(tmp_path / "whole") == changes.days(checkout)


def test_without_a_repository_of_its_own_a_checkout_knows_none(checkout: Path) -> None:
    inner = checkout / "inner"
    shutil.copytree(checkout / "docs", inner / "docs")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message=A copy in another one's repository")
    assert changes.days(inner) == {}
    shutil.rmtree(checkout / ".git")
    assert changes.days(checkout) == {}


def test_what_a_hook_of_git_sets_leads_to_no_other_repository(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere/.git"))
    assert len(changes.days(checkout)) == 2


def test_without_git_there_is_no_day(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert changes.days(checkout) == {}


def test_the_line_says_what_is_known_and_nothing_else() -> None:
    known = {ONE: date(2026, 2, 3)}
    assert changes.line(OTHER, known, "", "nb") == ""
    day = '<time datetime="2026-02-03">3. februar 2026</time>'
    assert changes.line(ONE, known, "", "nb") == f'<p class="guide-changed">Sist endret {day}.</p>'
    address = "https://forge.example/team/guide/issues/new?title=Fault%20in%20docs%2Fnb%2Fone.md"
    assert f'href="{address}"' in changes.line(ONE, {}, "https://forge.example/team/guide/", "en")


def test_a_link_for_faults_needs_a_repository(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUIDE_REPOSITORY", raising=False)
    assert sample.build() == []
    assert "guide-changed" not in sample.read("cluster/index.html")
    monkeypatch.setenv("GUIDE_REPOSITORY", "https://forge.example/team/guide")
    assert sample.build() == []
    page = sample.read("en/cluster/index.html")
    assert re.findall(r'href="(https://forge\.example/team/guide/issues/new\?title=[^"]*)"', page) == [
        "https://forge.example/team/guide/issues/new?title=Fault%20in%20docs%2Fen%2Fcluster.md"
    ]


@pytest.mark.parametrize("day", ["@300000000000 +0000", "@99999999999999 +0000", "@32472144000 +0000"])
def test_a_commit_of_a_day_that_is_none_or_to_come_has_none(checkout: Path, day: str) -> None:
    (checkout / ONE).write_text("third\n", encoding="utf-8")
    git(checkout, "commit", "--quiet", "--all", "--message=Of no day", on=day)
    # Nor has the page that of the commit before it.
    assert changes.days(checkout) == {OTHER: date(2026, 1, 2)}


@pytest.mark.parametrize("name", ["\x01b.md", "a\nb.md", "\x01x.md", "2026-01-01.md"])
def test_a_file_may_be_called_as_it_likes(checkout: Path, name: str) -> None:
    (checkout / "docs" / name).write_text("x\n", encoding="utf-8")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message=Odd", on="2026-03-01T00:00:00+0100")
    known = {ONE: date(2026, 2, 3), OTHER: date(2026, 1, 2), f"docs/{name}": date(2026, 3, 1)}
    assert changes.days(checkout) == known
