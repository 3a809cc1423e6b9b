"""Programs that Python packages bring: the locked version, out of this environment into the cache."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guide.paths import cache_dir
from guide.sandbox import binaries
from guide.sandbox.packaged import Packaged
from walkthrough.errors import UserError
from walkthrough.progress import Progress

LOCK = "other==1\ntool-bin==2.3.4 \\\n    --hash=sha256:00\n"
ROW = '[tool]\npython = "tool-bin"\ntitle = "the tool {bare}"\n'


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of a package as pip installs it, in an environment of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    packages = tmp_path / "lib" / "python" / "packages"
    for path, text in {
        "tool_bin-2.3.4.dist-info/METADATA": "Metadata-Version: 2.1\nName: tool-bin\nVersion: 2.3.4\n",
        "tool_bin-2.3.4.dist-info/RECORD": "../../../bin/tool,,\ntool_bin-2.3.4.dist-info/METADATA,,\n",
        "../../../bin/tool": "#!/bin/sh\necho tool\n",
    }.items():
        (packages / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / path).write_text(text)
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    return tmp_path / "bin" / "tool"


@pytest.fixture
def sandbox(tmp_path: Path, installed: Path) -> Path:
    """A folder like ``sandbox/``, in a checkout with a lock file."""
    folder = tmp_path / "checkout" / "sandbox"
    folder.mkdir(parents=True)
    (folder / "binaries.toml").write_text(ROW)
    (folder.parent / "requirements.lock").write_text(LOCK)
    return folder


def ensure(sandbox: Path) -> Path:
    with Progress(io.StringIO()) as progress:
        return binaries.ensure(["tool"], progress, sandbox=sandbox)["tool"]


def test_a_program_is_copied_into_the_cache(sandbox: Path) -> None:
    program = ensure(sandbox)
    assert program.parent.parent == cache_dir() / "bin"
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "tool\n"
    assert ensure(sandbox) == program


def test_another_content_is_another_program(sandbox: Path, installed: Path) -> None:
    before = ensure(sandbox)
    installed.write_text("#!/bin/sh\necho new\n")
    after = ensure(sandbox)
    assert after != before
    assert before.exists(), "a cluster that is up may still serve it"
    assert os.access(after, os.X_OK)


def test_no_go_is_needed(sandbox: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("guide.sandbox.toolchain.ELSEWHERE", ())
    assert ensure(sandbox).exists()


def test_the_lock_says_which_version(sandbox: Path) -> None:
    assert binaries.recipes(sandbox)["tool"] == Packaged("tool", "tool-bin", "the tool 2.3.4", "2.3.4")


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (Packaged("tool", "no-such-bin", "a tool", "1"), "no-such-bin is not installed"),
        (Packaged("tool", "tool-bin", "a tool", "2.3.5"), "tool-bin is 2.3.4, and the lock says 2.3.5"),
        (Packaged("loot", "tool-bin", "a tool", "2.3.4"), "has no program loot"),
    ],
    ids=["missing", "another version", "another program"],
)
def test_what_is_not_installed(installed: Path, program: Packaged, words: str) -> None:
    with Progress(io.StringIO()) as progress, pytest.raises(UserError, match=words) as caught:
        program.ensure(progress)
    assert "tools/setup" in str(caught.value.fix)
    assert not (cache_dir() / "bin").exists()


def test_a_program_that_was_deleted(sandbox: Path, installed: Path) -> None:
    installed.unlink()
    with pytest.raises(UserError, match="has no program tool"):
        ensure(sandbox)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (ROW + "seconds = 3\n", "seconds"),
        ('[tool]\npython = "tool-bin"\n', "title"),
        (ROW.replace("tool-bin", "tool"), "tool is not in the lock file"),
        (ROW.replace("tool-bin", "oth.r"), "oth.r is not in the lock file"),
    ],
    ids=["a key too many", "a key lacks", "a part of a name", "no pattern"],
)
def test_a_bad_row(sandbox: Path, row: str, word: str) -> None:
    (sandbox / "binaries.toml").write_text(row)
    with pytest.raises(UserError, match=word):
        binaries.recipes(sandbox)


def test_the_projects_own_are_there() -> None:
    programs = [one for one in binaries.recipes().values() if isinstance(one, Packaged)]
    assert programs
    with Progress(io.StringIO()) as progress:
        for program in programs:
            path = program.ensure(progress)
            told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
            assert program.version in told.stdout
