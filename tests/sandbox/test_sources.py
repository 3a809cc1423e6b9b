"""The sources of modules are found where Go keeps them, or fetched, with the hash of what they hold."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from guide.sandbox import sources
from guide.sandbox.binaries import SANDBOX, Recipe
from guide.sandbox.toolchain import Toolchain
from walkthrough.errors import UserError
from walkthrough.progress import Progress


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A program that is made of a module, which a proxy in a folder serves under another name."""
    versions = tmp_path / "proxy" / "example.test" / "other" / "@v"
    versions.mkdir(parents=True)
    files = {
        "go.mod": "module example.test/up\n",
        "main.go": "package main\n\nfunc main() {}\n",
        "web/page": "a",
    }
    with zipfile.ZipFile(versions / "v1.2.3.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"example.test/other@v1.2.3/{name}", text)
    (versions / "v1.2.3.mod").write_text(files["go.mod"])
    (versions / "v1.2.3.info").write_text(json.dumps({"Version": "v1.2.3"}))

    module = tmp_path / "module"
    module.mkdir()
    (module / "go.mod").write_text(
        "module example.test/tiny\n\ngo 1.26\n\ntool example.test/up\n\nrequire example.test/up v1.2.3\n\n"
        "replace example.test/up => example.test/other v1.2.3\n"
    )
    monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    # No public record of hashes knows the module.
    monkeypatch.setenv("GOSUMDB", "off")
    go = Toolchain.find(module).go
    environment = os.environ | {"GOFLAGS": "-modcacherw", "GOWORK": "off"}
    subprocess.run([go, "mod", "tidy"], cwd=module, env=environment, check=True, capture_output=True)
    return Recipe(
        "tool", module, "example.test/up", "a tool", 1, upstream="example.test/up", version="v1.2.3"
    )


def find(recipe: Recipe) -> tuple[sources.Source, str]:
    """The sources, and what was said meanwhile."""
    said = io.StringIO()
    with Progress(said) as progress:
        return sources.find(recipe, progress), said.getvalue()


def test_sources_that_are_there(recipe: Recipe) -> None:
    source, said = find(recipe)
    assert (source.folder("web") / "page").read_text() == "a"
    assert source.sum in (recipe.module / "go.sum").read_text()
    assert said == ""


def test_sources_that_are_not_there_are_fetched(recipe: Recipe, tmp_path: Path) -> None:
    before, _ = find(recipe)
    shutil.rmtree(tmp_path / "modules")
    source, said = find(recipe)
    assert source == before
    assert (source.folder("web") / "page").exists()
    assert "Fetching the sources of a tool" in said


def test_sources_that_cannot_be_fetched(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(tmp_path / "modules")
    monkeypatch.setenv("GOPROXY", "off")
    with pytest.raises(UserError, match=r"a tool cannot be had: module lookup disabled") as caught:
        find(recipe)
    assert caught.value.where == str(recipe.module / "go.mod")


def test_sources_that_are_not_what_they_were(recipe: Recipe, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "modules")
    archive = tmp_path / "proxy" / "example.test" / "other" / "@v" / "v1.2.3.zip"
    with zipfile.ZipFile(archive, "a") as changed:
        changed.writestr("example.test/other@v1.2.3/web/more", "b")
    with pytest.raises(UserError, match="checksum mismatch"):
        find(recipe)


def test_a_folder_that_the_module_does_not_have(recipe: Recipe) -> None:
    source, _ = find(recipe)
    with pytest.raises(UserError, match="no folder 'wbe'") as caught:
        source.folder("wbe")
    assert caught.value.where == str(source.path)


def test_a_program_of_our_own_has_no_upstream() -> None:
    with pytest.raises(UserError, match="pause is made of no upstream module"):
        find(Recipe("pause", SANDBOX, "./cmd/pause", "the pause program", 1))
