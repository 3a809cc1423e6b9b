"""Git repositories of other people: made from a table with files of our own, cloned as plain files."""

from __future__ import annotations

import io
import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from guide.sandbox import repositories
from walkthrough.errors import UserError
from walkthrough.progress import Progress

ADDRESS = "https://forge.test/somebody/thing.git"
ROW = f"""
[[repository]]
address = "{ADDRESS}"
product = "thing"
folder = "thing"
branch = "trunk"
guide = "somebody's thing"
runs = "a thing of ours"
why = "a reason"
"""


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table of one repository, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "sandbox"
    (folder / "repositories" / "thing" / "css").mkdir(parents=True)
    (folder / "repositories.toml").write_text(ROW)
    (folder / "repositories" / "thing" / "page.html").write_text("a page\n")
    (folder / "repositories" / "thing" / "css" / "page.css").write_text("a style\n")
    return folder


def ensure(sandbox: Path, *products: str) -> dict[str, Path]:
    with Progress(io.StringIO()) as progress:
        return repositories.ensure(frozenset(products), progress, sandbox=sandbox)


@pytest.fixture
def served(sandbox: Path) -> Iterator[tuple[Path, str]]:
    """The repository's folder, and where it is served as plain files."""
    bare = ensure(sandbox)[f"{ADDRESS}/HEAD"].parent
    handler = partial(SimpleHTTPRequestHandler, directory=str(bare))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield bare, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def git(*arguments: str) -> str:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(["git", *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_cloned_from_files_alone(served: tuple[Path, str], tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git("clone", "--quiet", served[1], str(clone))
    assert (clone / "page.html").read_text() == "a page\n"
    assert (clone / "css" / "page.css").read_text() == "a style\n"
    assert git("-C", str(clone), "log", "--format=%an: %s").splitlines() == [
        "gitops-guide sandbox: a thing of ours"
    ]
    assert git("-C", str(clone), "branch", "--show-current") == "trunk\n"


def test_its_head_can_be_fetched_into_another_repository(served: tuple[Path, str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    git("init", "--quiet", str(mine))
    git("-C", str(mine), "fetch", "--quiet", served[1], "HEAD")
    assert git("-C", str(mine), "show", "FETCH_HEAD:page.html") == "a page\n"


def test_the_same_files_make_the_same_commit_and_other_files_another(sandbox: Path, tmp_path: Path) -> None:
    def commit() -> str:
        return git("-C", str(ensure(sandbox)[f"{ADDRESS}/HEAD"].parent), "rev-parse", "HEAD")

    first = commit()
    (tmp_path / "cache").rename(tmp_path / "elsewhere")
    assert commit() == first
    (sandbox / "repositories" / "thing" / "page.html").write_text("another page\n")
    assert commit() != first


def test_what_a_hook_of_git_sets_is_not_touched(
    sandbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").write_text("an author's")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    made = ensure(sandbox)[f"{ADDRESS}/HEAD"].parent
    monkeypatch.undo()
    assert git("-C", str(made), "show", "HEAD:page.html") == "a page\n"
    assert (tmp_path / "index").read_text() == "an author's"
    assert not (tmp_path / "objects").exists()


def test_a_run_whose_pages_do_not_name_the_product_has_none(sandbox: Path) -> None:
    assert ensure(sandbox, "other") == {}
    assert repositories.replacements(frozenset({"other"}), sandbox=sandbox) == []
    [row] = repositories.replacements(frozenset({"thing"}), sandbox=sandbox)
    assert (row.guide, row.runs, row.why) == ("somebody's thing", "a thing of ours", "a reason")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('product = "thing"\n', "", "product is missing or unknown"),
        ("branch", "trunk", "branch, trunk is missing or unknown"),
        ("https://", "ssh://", "does not begin with https://"),
        ('folder = "thing"', 'folder = "nowhere"', "has no files"),
    ],
)
def test_a_row_that_is_wrong_is_refused(sandbox: Path, old: str, new: str, says: str) -> None:
    table = sandbox / "repositories.toml"
    table.write_text(ROW.replace(old, new))
    with pytest.raises(UserError) as refused:
        ensure(sandbox)
    assert says in refused.value.what
    assert refused.value.where
