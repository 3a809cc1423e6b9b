"""Odd values in tables, addresses and settings: each is told, or changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from guide import checks, contracts, serving, upstream
from guide.paths import ROOT
from guide.pins import lockfile
from guide.sandbox import downloads, image_table, repositories
from walkthrough.checkpoints import store
from walkthrough.errors import UserError
from walkthrough.inputs import places
from walkthrough.progress import Progress

IMAGE = '\n[[image]]\nref = "a/b:1"\nguide = "g"\nruns = "r"\nwhy = "w"\n'
DOWNLOAD = """
[[download]]
address = "https://a.test/c/d"
product = "p"
program = "kubectl"
checksums = "d.sha"
form = "text"
files = ["d", "d.sha"]
read = "r"
guide = "g"
runs = "r"
why = "w"
"""
REPOSITORY = """
[[repository]]
address = "https://a.test/c.git"
product = "p"
folder = "x"
branch = "main"
guide = "g"
runs = "r"
why = "w"
"""
#: A table, and what is added to it.
ROWS = {
    "sources of a number": ("images", IMAGE + 'sources = {"/x" = 5}\n'),
    "web pages of a list": ("images", IMAGE + 'web = {"/x" = ["a"]}\n'),
    "packages of a list": ("images", IMAGE + 'npm = {"/x" = ["a"]}\n'),
    "layers of lists": ("images", IMAGE + 'debian = [["a"]]\n'),
    "programs of numbers": ("images", IMAGE + "binaries = {a = 5}\n"),
    "Debian's packages of numbers": ("images", "\n[debian.x]\npackages = [5]\n"),
    "a download that names what there is not": ("downloads", DOWNLOAD.replace('"r"', '"{nope}"')),
    "a download with half a brace": ("downloads", DOWNLOAD.replace('"w"', '"{"')),
    "a download with an empty brace": ("downloads", DOWNLOAD.replace('"w"', '"{}"')),
    "a download that looks into a text": ("downloads", DOWNLOAD.replace('"w"', '"{kubectl.__class__}"')),
    "a repository of a folder outside": ("repositories", REPOSITORY.replace('"x"', '"../../etc"')),
    "a repository of this machine's": ("repositories", REPOSITORY.replace('"x"', '"/etc"')),
    "a repository of all folders": ("repositories", REPOSITORY.replace('"x"', '""')),
}


READERS: dict[str, Callable[[Path], Any]] = {
    "images": image_table.Table,
    "downloads": lambda folder: downloads.replacements(frozenset(), sandbox=folder),
    "repositories": repositories.table,
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_is_none(tmp_path: Path, what: str) -> None:
    name, row = ROWS[what]
    sandbox = tmp_path / "sandbox"
    sandbox.mkdir()
    for path in (ROOT / "sandbox").iterdir():
        (sandbox / path.name).symlink_to(path)
    (tmp_path / "requirements.lock").symlink_to(ROOT / "requirements.lock")
    table = sandbox / f"{name}.toml"
    read = READERS[name]
    read(sandbox)  # it is well without the row
    table.unlink()
    table.write_text((ROOT / "sandbox" / table.name).read_text("utf-8") + row, "utf-8")
    with pytest.raises(UserError) as told:
        read(sandbox)
    assert told.value.where


@pytest.mark.parametrize(
    "url",
    [
        *("https://[", "https://[x]/a", "https://a.test/å", "https://ø.test/a", "https://a.test/\udcff"),
        *("https://a.test/a b", "https://a.test/a\nb", "https://a..test/a", f"https://{'a' * 300}.test/a"),
    ],
)
def test_an_address_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("GUIDE_UPSTREAM", str(tmp_path / "none"))
    lock = tmp_path / "upstream.lock"
    lock.write_text("# as it was\n")
    with pytest.raises(UserError):
        upstream.pin([url], lock_file=lock)
    assert lock.read_text() == "# as it was\n"


def test_an_address_that_is_pinned_twice(tmp_path: Path) -> None:
    lock = tmp_path / "upstream.lock"
    lock.write_text(f"{'a' * 64}  https://a.test/x\n{'b' * 64}  https://a.test/x\n")
    with pytest.raises(UserError, match="pinned twice") as told:
        upstream.lock(lock)
    assert told.value.where == f"{lock}:2"


@pytest.mark.parametrize("said", ["9" * 400, "٣", "-1", "nan", "1e3"])
def test_a_limit_that_is_none(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(store.variable(), said)
    with pytest.raises(UserError):
        store.limit()


@pytest.mark.parametrize("used", ["[5]", "[[a]]", "[null]"])
def test_what_uses_an_image_is_files(tmp_path: Path, used: str) -> None:
    path = tmp_path / "images.lock"
    path.write_text(f"docker.io/a/b:1: {{used: {used}}}\n")
    with pytest.raises(UserError, match="no list of files") as told:
        lockfile.load(path)
    assert told.value.where == f"{lockfile.NAME}:1"


@pytest.mark.parametrize("how", ["a folder", "a link to itself"])
def test_a_table_of_contracts_that_is_no_file(tmp_path: Path, how: str) -> None:
    path = tmp_path / contracts.NAME
    path.parent.mkdir()
    if how == "a folder":
        path.mkdir()
    else:
        path.symlink_to(path.name)
    with pytest.raises(UserError):
        contracts.load(tmp_path)


@pytest.mark.parametrize("first", [-1, -100, 65536, 10**30])
def test_a_port_that_is_none(first: int) -> None:
    with pytest.raises(UserError, match="no port"):
        serving.free_port(first)


@pytest.mark.parametrize("folder", ["manifests", "docs", "pictures", "snippets"])
def test_a_link_that_leads_to_itself(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / "docs").mkdir(exist_ok=True)
    link = tmp_path / folder / "x.yaml"
    link.symlink_to("x.yaml")
    assert [error.where for error in places.errors(tmp_path)] == [f"{folder}/x.yaml"]
    assert places.refused(link, tmp_path)


@pytest.mark.parametrize("name", ["mkdocs.yml", "docs-dev/terms.yaml", "sandbox/deep/images.toml", "proofs"])
def test_nothing_is_read_through_a_link_that_leads_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    outside, root = tmp_path / "outside", tmp_path / "checkout"
    outside.write_text("correct-horse-battery: [\n")
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(outside)
    monkeypatch.setattr(checks, "ROOT", root)
    (error,) = checks.check(Progress(StringIO())).errors
    assert (error.what, error.where) == ("this link leads out of the checkout", name)
    assert "horse" not in str(error)
