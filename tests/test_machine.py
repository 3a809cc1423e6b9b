"""The real commands on odd machines: a matrix. Each row has its exit code and words, and no traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guide import room, upstream
from guide.paths import ROOT, cache_dir
from guide.sandbox import toolchain
from guide.serving import HOST
from tests.ports import unused_port
from tests.waiting import until
from walkthrough.errors import UserError
from walkthrough.exits import FAILED, INTERRUPTED, MISSING, OK, USAGE
from walkthrough.machine.registry import FOR_TESTS

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
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if name != FOR_TESTS},
            "PYTHONPATH": str(self.root / "src"),
            "GUIDE_UPSTREAM": str(upstream.offline_folder()),
            "ODD": str(self.odd),
            **self.environment,
        }
        program = subprocess.Popen(
            [*self.before, sys.executable, "-m", "guide", *arguments],
            cwd=self.root,
            env={name: value for name, value in environment.items() if value != GONE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Under nohup, what hangs up is ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.started.append(program)
        return program

    def end(self) -> None:
        """End what a failed test has left; what it started watches a pipe of it, and follows."""
        for program in self.started:
            program.kill()
            program.wait()

    def run(self, *arguments: str) -> tuple[int, str]:
        program = self.start(*arguments)
        said, _ = program.communicate(timeout=DEADLINE)
        return program.returncode, said

    def running(self) -> list[str]:
        """The command lines of what it has started, and what that has started."""
        mark = f"ODD={self.odd}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found


GONE = "\0gone"
#: Seconds that a command may take on a machine that has much else to do: only one that hangs takes longer.
DEADLINE = 900.0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("odd") / "a b 'c' \"d\" æøå $HOME [e]" / "guide"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, root / part)
    return root


def around(root: Path, odd: Path) -> Iterator[Machine]:
    """A machine with a checkout, and nothing that runs on it afterwards."""
    machine = Machine(root, odd)
    yield machine
    machine.end()


@pytest.fixture
def machine(checkout: Path, tmp_path: Path) -> Iterator[Machine]:
    yield from around(checkout, tmp_path)


#: Chapters enough to be served: what is asked of the server does not depend on how many there are.
SERVED = ("index.md", "quarter.md", "cheat-sheet.md", "glossary.md", "proof.md")


@pytest.fixture(scope="module")
def few_pages(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("few") / "a b 'c' æøå" / "guide"
    shutil.copytree(checkout, root)
    for page in (root / "docs").glob("??/*.md"):
        if page.name not in SERVED:
            page.unlink()
    settings = root / "mkdocs.yml"
    # Their links lead to chapters that are not there.
    settings.write_text(settings.read_text("utf-8").replace("strict: true\n", ""), "utf-8")
    return root


@pytest.fixture
def server(few_pages: Path, tmp_path: Path) -> Iterator[Machine]:
    yield from around(few_pages, tmp_path)


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


def mounting(*mounts: str) -> Callable[[Machine], None]:
    """What the command alone sees mounted; ``$ODD`` is a folder of the test's own."""

    def make(machine: Machine) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can mount")
        machine.before = ("unshare", "--mount", "sh", "-c", f'{" && ".join(mounts)} && exec "$@"', "sh")

    return make


def a_small_disk(name: str) -> Callable[[Machine], None]:
    """A variable names a folder on a disk of 20 MiB."""

    def make(machine: Machine) -> None:
        machine.environment[name] = str(machine.odd / "disk")
        (machine.odd / "disk").mkdir()
        mounting('mount -t tmpfs -o size=20m none "$ODD/disk"')(machine)

    return make


def little_memory(machine: Machine) -> None:
    (machine.odd / "meminfo").write_text("MemTotal: 8388608 kB\nMemAvailable: 1048576 kB\n")
    mounting('mount --bind "$ODD/meminfo" /proc/meminfo')(machine)


def no_go(machine: Machine) -> None:
    """Neither on PATH nor where it is looked for beside it."""
    hidden = [
        path.parent
        for path in map(Path, toolchain.ELSEWHERE)
        if path.exists() and not path.parent.is_symlink()
    ]
    mounting(*(f"mount -t tmpfs none {folder}" for folder in hidden), "true")(machine)
    machine.environment["PATH"] = _path_without("go", hidden)


def _path_without(program: str, hidden: Iterable[Path]) -> str:
    folders = [Path(each) for each in os.environ["PATH"].split(":") if each]
    return ":".join(str(each) for each in folders if each in hidden or not os.access(each / program, os.X_OK))


def shallow(machine: Machine) -> None:
    """A clone of the last of two commits."""
    source, clone = machine.odd / "source.git", machine.odd / "a shallow clone"

    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.test", *arguments],
            check=True,
            capture_output=True,
        )

    git("init", "--quiet", "--bare", str(source))
    of = ("--git-dir", str(source), "--work-tree", str(machine.root))
    git(*of, "commit", "--quiet", "--allow-empty", "--message=first")
    git(*of, "add", "--all", "--force", ".")
    git(*of, "commit", "--quiet", "--message=all")
    git("clone", "--quiet", "--depth=1", f"file://{source}", str(clone))
    assert (clone / ".git/shallow").exists()
    machine.root = clone


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
    "git prints nonsense": (in_place_of("git", "#!/bin/sh\nprintf '\\377 git'\n"), ("proof",), OK, "sandbox"),
    "a shallow clone, read-only, a check": (both(shallow, read_only), ("check",), OK, "all is well"),
    "a shallow clone, the proof": (shallow, ("proof",), OK, "It is kept in proofs/sandbox.json"),
    "a shallow clone, keeping a proof": (shallow, ("proof", "--keep"), FAILED, "there is no proof"),
    "no go at all, a run": (no_go, VERIFY, MISSING, "there is no 'go' command here: install Go"),
    "no go at all, a cluster": (no_go, UP, MISSING, "there is no 'go' command here: install Go"),
    "no go at all, a check": (no_go, ("check",), FAILED, "there is no 'go' command here"),
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
    "little memory, a run": (little_memory, VERIFY, MISSING, "2.0 GiB of memory must be free, and 1.0 GiB"),
    "little memory, a cluster": (little_memory, UP, MISSING, "of memory must be free"),
    "a small disk, the state": (
        a_small_disk("XDG_STATE_HOME"),
        VERIFY,
        MISSING,
        "3.0 GiB of disk must be free",
    ),
    "a small disk, a cluster": (a_small_disk("XDG_STATE_HOME"), UP, MISSING, "and 20 MiB are"),
    "a small disk, the cache": (a_small_disk("XDG_CACHE_HOME"), VERIFY, MISSING, "(programs 3.0 GiB in"),
    "a small disk, TMPDIR": (a_small_disk("TMPDIR"), VERIFY, MISSING, "(files of a moment 64 MiB in"),
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
    "a stand-in, a cluster": (
        says(),
        ("cluster", "up", "--cluster", "local"),
        USAGE,
        "'local' is not one of",
    ),
    "a stand-in, a shell": (says(), ("cluster", "shell", "--cluster", "local"), USAGE, "is not one of"),
    "a stand-in, pictures": (says(), ("screens", "--cluster", "local"), USAGE, "'local' is not one of"),
    "a stand-in, its proof": (says(), ("proof", "--cluster", "local"), USAGE, "'local' is not one of"),
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


def test_a_stand_in_is_for_tests() -> None:
    program = "from walkthrough.machine.registry import named; named('local')"
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
    with pytest.raises(UserError) as told:
        room.check(needs, memory=2 << 30, meminfo=meminfo)
    assert "the proof: " in told.value.what
    assert "is no folder" in told.value.what
    # Two on one disk need the sum.
    assert f"{2 * (1 << 62) / 2**30:.1f} GiB of disk must be free" in told.value.what
    assert "2.0 GiB of memory must be free, and 1.0 GiB are" in told.value.what
    room.check([room.Need(tmp_path, 1, "a byte")], memory=1 << 30, meminfo=meminfo)
    room.check([], memory=1 << 30, meminfo=tmp_path / "absent")


@pytest.mark.sandbox
@pytest.mark.parametrize("path", ["/nowhere", GONE], ids=["PATH leads nowhere", "PATH is not set"])
def test_a_cluster_needs_no_path(machine: Machine, path: str) -> None:
    cached(machine)
    machine.environment["PATH"] = path
    try:
        up, said = machine.run(*UP)
        assert up == OK, said
        inside, said = machine.run(
            "cluster", "shell", "--name", "odd-machine", "--", "microk8s", "kubectl", "get", "nodes"
        )
        assert inside == OK, said
        assert "Ready" in said
    finally:
        down, said = machine.run("cluster", "down", "--name", "odd-machine")
    assert down == OK, said


ENDS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL]


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_serving_ends_with_whoever_began_it(server: Machine, how: signal.Signals) -> None:
    first = unused_port()
    program = server.start("serve", "--port", str(first))
    assert program.stdout is not None
    address = program.stdout.readline().split()[2]

    def answers() -> bool:
        assert program.poll() in (None, OK, -how)
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.read())
        return False

    until(answers, seconds=DEADLINE)
    os.kill(program.pid, how)
    assert program.wait(DEADLINE) == (-signal.SIGKILL if how == signal.SIGKILL else OK)
    until(lambda: not answers(), seconds=DEADLINE)
    until(lambda: not server.running(), seconds=DEADLINE)
    assert address.startswith(f"http://{HOST}:{first}/")


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_serving_ends_before_its_first_page(server: Machine, how: signal.Signals) -> None:
    program = server.start("serve", "--port", str(unused_port()))
    until(lambda: len(server.running()) == 2, seconds=DEADLINE)  # the server is there, and builds
    os.kill(program.pid, how)
    said, _ = program.communicate(timeout=DEADLINE)
    assert program.returncode == (-signal.SIGKILL if how == signal.SIGKILL else OK), said
    assert "Traceback" not in said
    until(lambda: not server.running(), seconds=DEADLINE)


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_an_export_that_is_ended_leaves_what_was_there(machine: Machine, how: signal.Signals) -> None:
    _ended_export(machine, how, "gitops-guide.zip", "offline")


@pytest.mark.browser
@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
def test_a_print_that_is_ended_leaves_what_was_there(machine: Machine, how: signal.Signals) -> None:
    """Its browser goes with it, whatever it was doing."""
    _ended_export(machine, how, "gitops-guide.nb.pdf", "pdf", "nb", when=lambda: len(machine.running()) > 2)


def _ended_export(
    machine: Machine,
    how: signal.Signals,
    name: str,
    *what: str,
    when: Callable[[], bool] | None = None,
) -> None:
    """End an export while it works: by default, while it builds the site."""
    archive = machine.root / "build/export" / name
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(b"the good one")
    machine.environment["TMPDIR"] = str(machine.odd)
    program = machine.start("export", *what)
    until(when or (lambda: any(machine.odd.glob("guide-edition-*/*"))), seconds=DEADLINE)
    os.kill(program.pid, how)
    said, _ = program.communicate(timeout=DEADLINE)
    assert program.returncode == (-signal.SIGKILL if how == signal.SIGKILL else INTERRUPTED), said
    assert "Traceback" not in said
    assert archive.read_bytes() == b"the good one"
    assert not list(archive.parent.glob(f".{name}*"))
    until(lambda: not machine.running(), seconds=DEADLINE)
    if how != signal.SIGKILL:
        # A browser that is ended leaves a folder of its own now and then.
        left = [path for path in machine.odd.iterdir() if not path.name.startswith("org.chromium.")]
        assert not left
