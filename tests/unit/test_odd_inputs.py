"""Odd values in tables, addresses and settings: each is told, or changes nothing."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from guide import checks, contracts, serving, upstream
from guide.contracts import holding
from guide.manifests import kustomization
from guide.manifests.rendering import _Inputs
from guide.paths import ROOT
from guide.pins import lockfile, usage
from guide.sandbox import binaries, downloads, image_table, repositories
from walkthrough import folders
from walkthrough.checkpoints import store
from walkthrough.errors import UserError
from walkthrough.inputs import places, yamlfile
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
PROGRAM = '\n[x]\npackage = "./cmd/x"\ntitle = "t"\nseconds = 1\n'
LOOP = "[debian.x]\npackages=['a']\non=['y']\n[debian.y]\npackages=['a']\non=['x']\n"
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
    "a branch that is an option": ("repositories", REPOSITORY.replace('"main"', '"--x"')),
    "an address of two": ("repositories", REPOSITORY.replace("c.git", "c d.git")),
    "files outside": ("images", IMAGE + 'files = "../../etc"\n'),
    "files of this machine's": ("images", '\n[debian.x]\npackages = ["a"]\nfiles = "/etc"\n'),
    "seconds below nothing": ("images", '\n[debian.x]\npackages = ["a"]\nseconds = -5\n'),
    "seconds without end": ("images", "\n[npm.x]\nseconds = 1e300\n"),
    "a package that is an option": ("images", '\n[debian.x]\npackages = ["--x"]\n'),
    "a program that is an option": ("binaries", PROGRAM.replace("./cmd/x", "-toolexec=touch")),
    "a flag that runs a program": ("binaries", PROGRAM + 'ldflags = ["-extld=/tmp/x"]\n'),
    "a flag that writes a file": ("binaries", PROGRAM + 'gcflags = ["-memprofile=/tmp/x"]\n'),
    "a module outside": ("binaries", PROGRAM + 'module = "../../x"\n'),
    "a repository of all folders": ("repositories", REPOSITORY.replace('"x"', '""')),
}


READERS: dict[str, Callable[[Path], Any]] = {
    "binaries": binaries.recipes,
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def (", "no Python"),
        ("x = " + "(" * 5000, "no Python"),
        ("x = " + "-" * 100_000 + "1", "no Python"),
        (None, "there is no file"),
    ],
)
def test_a_test_that_cannot_be_read_is_told(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "tests/test_x.py"
    path.parent.mkdir()
    path.write_text(text or "def test_a(): pass\n")
    fact = next(fact for fact in contracts.load(ROOT) if "::" in fact.test)
    name = "tests/test_x.py::test_a" if text else f"../{tmp_path.name}/tests/{'x' * 300}::test_a"
    told = holding.missing(replace(fact, test=name), tmp_path, [])
    assert told is not None
    assert said in told.what
    assert told.where
    # It lies beside the checkout, and is not looked at.
    outside = replace(fact, test="../tests/test_x.py::test_a")
    (tmp_path / "inside").mkdir()
    assert holding.missing(outside, tmp_path / "inside", []) is not None


#: A folder of manifests names what lies beside them.
KUSTOMIZATIONS = {
    "resources": "resources: [../../outside]\n",
    "a file": "resources: [../../outside/a.yaml]\n",
    "components": "components: [../../outside]\n",
    "patches": "patches: [{path: ../../outside/a.yaml}]\n",
    "what a Secret is made of": "secretGenerator: [{name: a, files: [b=../../outside/a.yaml]}]\n",
    "by a link": "resources: [link]\n",
}


@pytest.mark.parametrize("what", KUSTOMIZATIONS)
def test_a_kustomization_names_nothing_outside(tmp_path: Path, what: str) -> None:
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    folder, outside = tmp_path / "manifests/x", tmp_path / "outside"
    folder.mkdir(parents=True)
    outside.mkdir()
    (outside / "kustomization.yaml").write_text(f"{head}resources: [a.yaml]\n")
    (outside / "a.yaml").write_text("correct: [horse\n")
    (folder / "link").symlink_to(outside)
    (folder / "kustomization.yaml").write_text(head + KUSTOMIZATIONS[what])
    document, *_ = yamlfile.load((folder / "kustomization.yaml").read_text(), "x/kustomization.yaml")
    one = kustomization.Kustomization(folder / "kustomization.yaml", document)
    (error,) = one.broken_names()
    assert "leads out of manifests/" in error.what
    assert error.where == "x/kustomization.yaml:3"
    assert not list(one.patches())
    if what in ("resources", "components", "by a link"):
        with pytest.raises(UserError, match="leads out"):
            _Inputs.of(folder)


@pytest.mark.parametrize("kind", ["resources", "components", "patches", "files"])
def test_a_kustomization_names_what_no_file_can_be_called(tmp_path: Path, kind: str) -> None:
    head, long = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "a" * 300
    folder = tmp_path / "manifests/x"
    folder.mkdir(parents=True)
    named = {
        "patches": f"patches: [{{path: {long}}}]",
        "files": f"configMapGenerator: [{{name: a, files: [{long}]}}]",
    }.get(kind, f"{kind}: [{long}]")
    (folder / "kustomization.yaml").write_text(f"{head}{named}\n")
    document, *_ = yamlfile.load((folder / "kustomization.yaml").read_text(), "x/kustomization.yaml")
    one = kustomization.Kustomization(folder / "kustomization.yaml", document)
    (error,) = one.broken_names()
    assert "there is no aaa" in error.what
    assert error.where == "x/kustomization.yaml:3"
    assert not list(one.patches())
    assert list(usage.sources(folder / "kustomization.yaml")) == []


@pytest.mark.parametrize("resources", ["5", "[5]", "{a: b}", "[../../outside.yaml]"])
def test_images_are_looked_for_in_the_checkout_only(tmp_path: Path, resources: str) -> None:
    folder = tmp_path / "manifests/x"
    folder.mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("image: registry.test/correct:1.0\n")
    (folder / "kustomization.yaml").write_text(f"resources: {resources}\n")
    assert list(usage.sources(folder / "kustomization.yaml")) == []


@pytest.mark.parametrize("variable", ["HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"])
def test_a_folder_of_bytes_that_are_no_text_is_told(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "/tmp/\udcff")
    with pytest.raises(UserError, match=variable):
        (folders.cache if variable == "XDG_CACHE_HOME" else folders.state)("x")


def test_programs_are_handed_paths_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in {"HOME": "x", "XDG_CACHE_HOME": "y", "XDG_STATE_HOME": "/z"}.items():
        monkeypatch.setenv(variable, value)
    folders.hand_on_paths_only()
    assert os.environ["HOME"] == pwd.getpwuid(os.getuid()).pw_dir
    assert "XDG_CACHE_HOME" not in os.environ
    assert os.environ["XDG_STATE_HOME"] == "/z"


@pytest.mark.parametrize("rows", ["[debian.x]\npackages=['a']\non=['x']\n", LOOP])
def test_layers_do_not_stand_on_each_other(tmp_path: Path, rows: str) -> None:
    (tmp_path / "images.toml").write_text(rows)
    with pytest.raises(UserError, match="does not stand above it") as told:
        image_table.Table(tmp_path)
    assert told.value.fix


@pytest.mark.parametrize(
    "name", ["a\udcff", "a\nb", "a\x1b[31mb", "a\u202eb", "a\u2028b", "a\x7f", "a\ufeff"]
)
@pytest.mark.parametrize(
    "place", ["docs/nb/{}.md", "docs/assets/{}.svg", "pictures/{}.yaml", "snippets/{}/x.sh"]
)
def test_a_name_that_nobody_can_read_is_told(tmp_path: Path, name: str, place: str) -> None:
    path = tmp_path / place.format(name)
    path.parent.mkdir(parents=True)
    path.write_text("x: [\n")
    (tmp_path / "docs").mkdir(exist_ok=True)
    (error,) = places.errors(tmp_path)
    assert "a sign that nobody sees" in error.what
    assert str(error).replace("\n", "").isprintable()
    assert (error.where or "").startswith(place.partition("{")[0])
    assert error.fix


@pytest.mark.parametrize("name", ["blåbær", "a b", "'\"$(x)", "-x", "👩\u200d🚒", "日本"])
def test_a_name_that_is_only_unusual_is_fine(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"docs/nb/{name}.md"
    path.parent.mkdir(parents=True)
    path.write_text("# X\n")
    assert list(places.errors(tmp_path)) == []
