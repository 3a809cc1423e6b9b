"""The real commands on odd machines: a matrix. Each row has its exit code and words, and no traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guide import room, upstream
from guide.cli import FAILED, INTERRUPTED, MISSING, OK, USAGE
from guide.clusters.registry import FOR_TESTS
from guide.errors import GuideError
from guide.paths import ROOT, cache_dir
from guide.serving import HOST
from tests.ports import unused_port

#: What a checkout needs for its commands.
PARTS = (
    *("conftest.py", "docs", "docs-dev", "manifests", "mkdocs.yml", "pictures", "proofs", "pyproject.toml"),
    *("requirements.lock", "sandbox", "snippets", "src", "tests", "theme"),
)


@dataclass
class Machine:
    """A checkout under an odd path, without git's folder; and what a command finds around it."""

    root: Path
    odd: Path
    environment: dict[str, str] = field(default_factory=dict)
    #: What a command is started by.
    before: tuple[str, ...] = ()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if name != FOR_TESTS},
            "PYTHONPATH": str(self.root / "src"),
            "GUIDE_UPSTREAM": str(upstream.offline_folder()),
            **self.environment,
        }
        return subprocess.Popen(
            [*self.before, sys.executable, "-m", "guide", *arguments],
            cwd=self.root,
            env={name: value for name, value in environment.items() if value != GONE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        program = self.start(*arguments)
        said, _ = program.communicate(timeout=180)
        return program.returncode, said


GONE = "\0gone"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("odd") / "a b 'c' \"d\" æøå $HOME [e]" / "guide"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, root / part)
    return root


@pytest.fixture
def machine(checkout: Path, tmp_path: Path) -> Machine:
    return Machine(checkout, tmp_path)


def a_file(name: str) -> Callable[[Machine], None]:
    """A variable names a file where a folder should be."""

    def make(machine: Machine) -> None:
        (machine.odd / "file").write_text("")
        machine.environment[name] = str(machine.odd / "file")

    return make


def below_a_file(name: str) -> Callable[[Machine], None]:
    def make(machine: Machine) -> None:
        (machine.odd / "file").write_text("")
        machine.environment[name] = str(machine.odd / "file/below")

    return make


def says(**variables: str) -> Callable[[Machine], None]:
    return lambda machine: machine.environment.update(variables)


def programs(*names: str) -> Callable[[Machine], None]:
    """PATH has these programs and no others."""

    def make(machine: Machine) -> None:
        folder = machine.odd / "bin"
        folder.mkdir()
        for name in names:
            if found := shutil.which(name):
                (folder / name).symlink_to(found)
        machine.environment["PATH"] = str(folder)

    return make


def in_place_of(name: str, script: str) -> Callable[[Machine], None]:
    """A program of that name comes first on PATH."""

    def make(machine: Machine) -> None:
        (machine.odd / name).write_bytes(script.encode("latin-1"))
        (machine.odd / name).chmod(0o755)
        machine.environment["PATH"] = f"{machine.odd}:{os.environ['PATH']}"

    return make


def read_only(machine: Machine) -> None:
    """The checkout may not be written to, not even by root."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount what root may not write to")
    mount = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && exec "$@"'
    machine.before = ("unshare", "--mount", "sh", "-c", mount, "sh")


def exported(machine: Machine) -> None:
    """The same, and an export was made before."""
    (machine.root / "build/export").mkdir(parents=True, exist_ok=True)
    read_only(machine)


def cached(machine: Machine) -> None:
    """What was built is found, whatever HOME is."""
    machine.environment["XDG_CACHE_HOME"] = str(cache_dir().parent)


def both(*makes: Callable[[Machine], None]) -> Callable[[Machine], None]:
    def make(machine: Machine) -> None:
        for each in makes:
            each(machine)

    return make


VERIFY = ("verify", "--cluster", "sandbox", "--name", "odd-machine")
UP = ("cluster", "up", "--name", "odd-machine")
STATUS = ("cluster", "status")
#: What is odd | what is run | how it ends | what is said.
MATRIX: dict[str, tuple[Callable[[Machine], None], tuple[str, ...], int, str]] = {
    "an odd path, no .git": (says(), ("check",), OK, "all is well"),
    "an odd path, images": (says(), ("pins", "list"), OK, "are pinned"),
    "an odd path, the kept proof": (says(), ("proof",), OK, "It is kept in proofs/sandbox.json"),
    "no git at all": (programs("bash", "zsh"), ("proof",), OK, "sandbox"),
    "no git, keeping a proof": (programs("bash"), ("proof", "--keep"), FAILED, "there is no proof"),
    "git ends with 1": (in_place_of("git", "#!/bin/sh\nexit 1\n"), ("proof",), OK, "sandbox"),
    "git is no program": (in_place_of("git", "\0\xff"), ("proof",), OK, "sandbox"),
    "go ends with 1": (in_place_of("go", "#!/bin/sh\nexit 1\n"), VERIFY, MISSING, "ends with 1"),
    "go prints nonsense": (
        in_place_of("go", "#!/bin/sh\nprintf '\\377 go'\n"),
        VERIFY,
        MISSING,
        "does not say its version",
    ),
    "go prints other JSON": (in_place_of("go", "#!/bin/sh\necho 5\n"), VERIFY, MISSING, "does not say"),
    "go is too old": (
        in_place_of("go", """#!/bin/sh\necho '{"GOVERSION": "go1.4", "GOARCH": "amd64"}'\n"""),
        VERIFY,
        MISSING,
        "and this is go1.4",
    ),
    "go is no program": (in_place_of("go", "\0\xff"), VERIFY, MISSING, "does not run"),
    "the checkout is read-only, a check": (read_only, ("check",), OK, "all is well"),
    "the checkout is read-only, the proof": (read_only, ("proof",), OK, "sandbox"),
    "the checkout is read-only, a run": (read_only, VERIFY, MISSING, "may not be written"),
    "the checkout is read-only, keeping a proof": (
        read_only,
        ("proof", "--keep"),
        FAILED,
        "there is no proof",
    ),
    "the checkout is read-only, an export": (
        read_only,
        ("export", "offline"),
        MISSING,
        "cannot be written",
    ),
    "the checkout is read-only, an export again": (
        exported,
        ("export", "offline"),
        MISSING,
        "cannot be written",
    ),
    "an empty PATH": (both(programs(), cached), ("check",), FAILED, "zsh is not on this machine"),
    "PATH leads nowhere": (both(says(PATH="/nowhere"), cached), ("proof",), OK, "sandbox"),
    "PATH is not set": (both(says(PATH=GONE), cached), ("proof",), OK, "sandbox"),
    "HOME is not set": (both(says(HOME=GONE), cached), STATUS, OK, ""),
    "HOME is empty": (says(HOME=""), STATUS, OK, ""),
    "HOME is no whole path": (says(HOME="here"), STATUS, OK, ""),
    "HOME is not there": (says(HOME="/nowhere/at/all"), STATUS, OK, "no clusters"),
    "HOME is a file": (a_file("HOME"), STATUS, OK, "no clusters"),
    "HOME is a file, a run": (a_file("HOME"), VERIFY, MISSING, "is no folder"),
    "HOME cannot be written": (says(HOME="/proc"), VERIFY, MISSING, "may not be written"),
    "the state is a file": (a_file("XDG_STATE_HOME"), VERIFY, MISSING, "the cluster: "),
    "the state is below a file": (below_a_file("XDG_STATE_HOME"), VERIFY, MISSING, "is no folder"),
    "the state cannot be written": (
        says(XDG_STATE_HOME="/proc"),
        VERIFY,
        MISSING,
        "may not be written",
    ),
    "the state, a cluster": (
        a_file("XDG_STATE_HOME"),
        ("cluster", "up", "--name", "odd-machine"),
        MISSING,
        "folder",
    ),
    "the cache is a file": (a_file("XDG_CACHE_HOME"), VERIFY, MISSING, "programs: "),
    "the cache cannot be written": (
        says(XDG_CACHE_HOME="/proc"),
        VERIFY,
        MISSING,
        "may not be written",
    ),
    "the cache is a file, a check": (a_file("XDG_CACHE_HOME"), ("check",), MISSING, "refuses"),
    "XDG folders are no whole paths": (
        says(XDG_STATE_HOME="x", XDG_CACHE_HOME=""),
        ("cluster", "status"),
        OK,
        "",
    ),
    "TMPDIR is not there": (says(TMPDIR="/nowhere"), STATUS, OK, ""),
    "a locale that nobody has": (says(LC_ALL="xx_YY.UTF-8", LANG="zz"), ("pins", "list"), OK, "are pinned"),
    "a locale without æøå": (
        says(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
        ("proof",),
        OK,
        "sandbox",
    ),
    "a stand-in of the tests": (says(), ("verify", "--cluster", "local"), USAGE, "'local' is not one of"),
}


@pytest.mark.parametrize("what", MATRIX)
def test_an_odd_machine(machine: Machine, what: str) -> None:
    make, command, code, words = MATRIX[what]
    make(machine)
    ended, said = machine.run(*command)
    assert "Traceback" not in said, said
    assert ended == code, said
    assert words in said
    if code in (FAILED, MISSING):
        assert "what to do" in said


def test_a_stand_in_is_for_tests(machine: Machine) -> None:
    program = "from guide.clusters.registry import named; named('local')"
    environment = {name: value for name, value in os.environ.items() if name != FOR_TESTS}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert "there is no cluster provider 'local'" in done.stderr


def test_what_is_needed_is_said_with_what_there_is(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable:    1048576 kB\n")
    (tmp_path / "file").write_text("")
    needs = [
        room.Need(tmp_path / "not/there/yet", 1 << 62, "the cluster"),
        room.Need(tmp_path, 1 << 62, "programs"),
        room.Need(tmp_path / "file/below", 1, "the proof"),
    ]
    with pytest.raises(GuideError) as told:
        room.check(needs, memory=2 << 30, meminfo=meminfo)
    assert "the proof: " in told.value.what
    assert "is no folder" in told.value.what
    # Two on one disk need the sum.
    assert f"{2 * (1 << 62) / 2**30:.1f} GiB of disk must be free" in told.value.what
    assert "2.0 GiB of memory must be free, and 1.0 GiB are" in told.value.what
    room.check([room.Need(tmp_path, 1, "a byte")], memory=1 << 30, meminfo=meminfo)
    room.check([], memory=1 << 30, meminfo=tmp_path / "absent")


ENDS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL]


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_serving_ends_with_whoever_began_it(machine: Machine, how: signal.Signals) -> None:
    first = unused_port()
    program = machine.start("serve", "--port", str(first))
    assert program.stdout is not None
    address = program.stdout.readline().split()[2]

    def answers() -> bool:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.read())
        return False

    try:
        _until(answers)
        os.kill(program.pid, how)
        assert program.wait(30) == (-signal.SIGKILL if how == signal.SIGKILL else OK)
        _until(lambda: not answers())
    finally:
        program.kill()
        program.communicate()
    assert address.startswith(f"http://{HOST}:{first}/")


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_an_export_that_is_ended_leaves_what_was_there(machine: Machine, how: signal.Signals) -> None:
    archive = machine.root / "build/export/gitops-guide.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(b"the good one")
    machine.environment["TMPDIR"] = str(machine.odd)
    program = machine.start("export", "offline")
    _until(lambda: any(machine.odd.glob("guide-edition-*/*")))
    os.kill(program.pid, how)
    said, _ = program.communicate(timeout=60)
    assert program.returncode == (-signal.SIGKILL if how == signal.SIGKILL else INTERRUPTED), said
    assert "Traceback" not in said
    assert archive.read_bytes() == b"the good one"
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    if how != signal.SIGKILL:
        assert not list(machine.odd.iterdir())


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end, "not within 90 s"
        time.sleep(0.05)
