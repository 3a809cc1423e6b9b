"""tools/setup and tools/ci-setup: what they install, what they say is missing, and what they leave alone."""

from __future__ import annotations

import dataclasses
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from guide import chromium
from guide.paths import ROOT

Setup = Callable[..., subprocess.CompletedProcess[str]]


def program(path: Path, text: str) -> None:
    """A script that stands in for a program."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """``tools/setup`` in a copy, with only the named commands to be found."""
    for name in ("tools", "requirements.lock", "pyproject.toml"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
        else:
            shutil.copy(ROOT / name, tmp_path / name)

    def run(
        *arguments: str, commands: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "bin"
        path.mkdir(exist_ok=True)
        for command in ("bash", "dirname", "head", "id", "sort", *commands):
            found = shutil.which(command)
            assert found is not None
            if not (path / command).exists():
                (path / command).symlink_to(found)
        return subprocess.run(
            [shutil.which("bash") or "bash", tmp_path / "tools/setup", *arguments],
            env={"PATH": str(path), "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def test_set_up_says_that_python_is_missing(setup: Setup) -> None:
    done = setup("serve")
    assert done.returncode == 3
    assert "error: no Python >= 3.11.5" in done.stderr
    assert "what to do:" in done.stderr


def test_set_up_takes_no_python_that_is_too_old(setup: Setup, tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/bash\nexit 1\n")
    old.chmod(0o755)
    done = setup("serve", PYTHON=str(old))
    assert done.returncode == 3
    assert str(old) in done.stderr


def test_set_up_says_that_go_is_missing(setup: Setup) -> None:
    done = setup("check", PYTHON=sys.executable)
    assert done.returncode == 3
    assert "error: Go is not on PATH" in done.stderr


def test_set_up_says_that_go_is_too_old(setup: Setup, tmp_path: Path) -> None:
    old = tmp_path / "old" / "go"
    old.parent.mkdir()
    old.write_text("#!/bin/bash\necho go1.9.7\n")
    old.chmod(0o755)
    done = setup("check", PYTHON=sys.executable, PATH=f"{tmp_path}/bin:{old.parent}")
    assert done.returncode == 3
    assert "Go is 1.9.7 and must be >= 1.26" in done.stderr


def test_set_up_of_the_tests_asks_for_root(setup: Setup, tmp_path: Path) -> None:
    # An ordinary user, without becoming one.
    user = tmp_path / "user" / "id"
    user.parent.mkdir()
    user.write_text("#!/bin/bash\necho 1000\n")
    user.chmod(0o755)
    done = setup("test", commands=["go"], PYTHON=sys.executable, PATH=f"{user.parent}:{tmp_path}/bin")
    assert done.returncode == 3
    assert "needs root" in done.stderr
    assert "--cluster multipass" in done.stderr


VENV = """\
#!/bin/bash
# Stands in for Python: makes an environment that only notes what it is asked to install.
[ "$*" = "-m venv --clear .venv" ] || exec {python} "$@"
mkdir -p .venv/bin
printf '#!/bin/bash\necho "$*" >> installed\n' > .venv/bin/python
touch .venv/bin/guide
chmod +x .venv/bin/*
"""


#: The archive that it stands for has everything but what is called gone.
APT_CACHE = """\
#!/bin/bash
[[ ${@: -1} == *gone* ]] || echo "Package: ${@: -1}"
"""
NEEDS = """\
# goal have              package           for
check  nyan-there        nyan-there        what is on the search path
check  {file}            nyan-file         a file that is there
check  nyan-a|nyan-b     nyan-one          what is there by another name
check  nyan-snap         nyan-real         what only a snap has
check  nyan-c            nyan-gone|nyan-c  what the archive has by another name
test   nyan-t            nyan-t            another goal's
"""


@dataclasses.dataclass(frozen=True)
class Archive:
    """A machine with ``tools/setup`` and a list of made-up needs, and what it asked apt for."""

    setup: Setup
    folder: Path

    def needs(self, rows: str) -> None:
        (self.folder / "tools/packages.txt").write_text(rows)

    def program(self, name: str, text: str = "#!/bin/bash\n") -> None:
        program(self.folder / "fake" / name, text)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        commands = ("awk", "cat", "chmod", "flock", "grep", "mkdir", "mktemp", "rm", "sha256sum", "touch")
        return self.setup(*arguments, commands=commands, PATH=f"{self.folder}/fake:{self.folder}/bin")

    def asked(self) -> list[str]:
        asked = self.folder / "asked"
        return asked.read_text().splitlines() if asked.exists() else []


@pytest.fixture
def archive(setup: Setup, tmp_path: Path) -> Archive:
    machine = Archive(setup, tmp_path)
    machine.program("apt-get", f'#!/bin/bash\necho "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked\n')
    machine.program("apt-cache", APT_CACHE)
    machine.program("id", "#!/bin/bash\necho 0\n")
    machine.program("go", "#!/bin/bash\necho go1.26.8\n")
    machine.program("python3", VENV.format(python=shlex.quote(sys.executable)))
    (tmp_path / "there").touch()
    machine.program("nyan-there")
    machine.program("nyan-b")
    machine.program("nyan-snap", '#!/bin/sh\nexec /snap/bin/nyan-snap "$@"\n')
    machine.needs(NEEDS.format(file=tmp_path / "there"))
    return machine


INSTALL = "noninteractive install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300"


def test_set_up_installs_what_is_missing_and_nothing_else(archive: Archive) -> None:
    done = archive.run("check")
    assert done.returncode == 0, done.stderr
    assert archive.asked() == [" update -q", f"{INSTALL} nyan-real nyan-c"]
    assert (archive.folder / ".venv/stamp").exists()


def test_set_up_as_a_user_says_how_to_install_it(archive: Archive) -> None:
    archive.program("id", "#!/bin/bash\necho 1000\n")
    done = archive.run("check")
    assert done.returncode == 3
    assert archive.asked() == []
    assert "these packages are not installed: nyan-real nyan-gone" in done.stderr
    assert 'sudo env "PATH=$PATH" tools/setup --packages check' in done.stderr


def test_packages_alone_leave_the_checkout_as_it_is(archive: Archive) -> None:
    """Root installs them; what root made in the checkout the user could not change."""
    before = sorted(path.name for path in archive.folder.iterdir())
    done = archive.run("--packages", "check")
    assert done.returncode == 0, done.stderr
    assert archive.asked()[-1] == f"{INSTALL} nyan-real nyan-c"
    assert sorted(path.name for path in archive.folder.iterdir()) == sorted([*before, "asked", "bin"])


def test_set_up_installs_what_its_python_lacks(archive: Archive) -> None:
    archive.program(
        "python3", f'#!/bin/bash\n[[ $* != *ensurepip* ]] && exec {shlex.quote(sys.executable)} "$@"\n'
    )
    archive.needs("")
    assert archive.run("--packages", "serve").returncode == 0
    assert archive.asked()[-1] == f"{INSTALL} python3.{sys.version_info[1]}-venv"


def test_set_up_says_what_no_archive_has(archive: Archive) -> None:
    archive.needs("check nyan-x|nyan-y nyan-gone|nyan-gone-too nobody has it\n")
    done = archive.run("check")
    assert done.returncode == 3
    assert archive.asked() == [" update -q"]
    assert "archive has no package nyan-gone|nyan-gone-too" in done.stderr
    assert "not as a snap: nyan-x|nyan-y" in done.stderr


def test_set_up_says_what_apt_said(archive: Archive) -> None:
    archive.program("apt-get", "#!/bin/bash\necho 'E: no network' >&2\n[ $1 = update ]\n")
    done = archive.run("check")
    assert done.returncode == 3
    assert "E: no network" in done.stderr
    assert "error: apt-get could not install nyan-real nyan-c" in done.stderr


def test_set_up_goes_on_where_there_is_no_apt(archive: Archive) -> None:
    (archive.folder / "fake/apt-get").unlink()
    done = archive.run("check")
    assert done.returncode == 0, done.stderr
    assert "note: this is not Debian or Ubuntu; these must be here by their own names" in done.stderr


@pytest.mark.parametrize(
    ("text", "snaps"),
    [
        ("#!/bin/sh\nexec /usr/lib/chromium/chromium\n", False),
        ("\x7fELF /snap/bin/ is only text in it", False),
        ('#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "install the snap"\nfi\n', True),
    ],
    ids=["a script", "a program", "Ubuntu's script"],
)
def test_what_a_snap_runs_is_told_by_set_up_and_by_the_finder(
    archive: Archive, text: str, snaps: bool
) -> None:
    archive.program("nyan", text)
    archive.needs("check nyan nyan x\n")
    assert archive.run("check").returncode == 0
    assert bool(archive.asked()) is snaps
    assert chromium.is_snap(archive.folder / "fake/nyan") is snaps


ROOM = "rm -rf /usr/local/lib/android /usr/share/dotnet /opt/hostedtoolcache/CodeQL"


@pytest.mark.parametrize(
    ("goal", "asked"),
    [
        ("serve", ["tools/setup --packages serve", "tools/setup serve"]),
        ("check", ["tools/setup --packages check", "tools/setup check"]),
        ("test", [ROOM, "df -h /", "tools/setup --packages test"]),
        (
            "microk8s",
            [
                ROOM,
                "df -h /",
                "iptables -P FORWARD ACCEPT",
                "tools/setup --packages serve",
                "tools/setup serve",
            ],
        ),
    ],
)
@pytest.mark.parametrize("user", ["0", "1000"])
def test_the_set_up_of_ci(tmp_path: Path, goal: str, asked: list[str], user: str) -> None:
    """Every program that it calls notes that it was called, and by sudo where the user is not root."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/ci-setup", tmp_path / "tools")
    for called in ("fake/rm", "fake/df", "fake/iptables", "tools/setup"):
        name = called.removeprefix("fake/")
        program(tmp_path / called, f'#!/bin/bash\necho "${{VIA:-}}{name} $*" >> {tmp_path}/asked\n')
    program(tmp_path / "fake/id", f"#!/bin/bash\necho {user}\n")
    program(tmp_path / "fake/sudo", '#!/bin/bash\nVIA="sudo " exec "$@"\n')
    done = subprocess.run(
        [tmp_path / "tools/ci-setup", goal],
        cwd="/",
        env={"PATH": f"{tmp_path}/fake:/usr/bin:/bin", "GITHUB_ACTIONS": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "asked").read_text().splitlines()
    sudo = "" if user == "0" else "sudo "
    privileged = ("rm ", "iptables ", "tools/setup --packages")
    assert said == [f"{sudo if line.startswith(privileged) else ''}{line}" for line in asked]


def test_the_set_up_of_ci_leaves_a_persons_machine_its_files(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/ci-setup", tmp_path / "tools")
    program(tmp_path / "tools/setup", "#!/bin/bash\n")
    program(tmp_path / "fake/rm", f"#!/bin/bash\ntouch {tmp_path}/removed\n")
    program(tmp_path / "fake/sudo", '#!/bin/bash\nexec "$@"\n')
    path = f"{tmp_path}/fake:/usr/bin:/bin"
    subprocess.run([tmp_path / "tools/ci-setup", "test"], env={"PATH": path}, check=True)
    assert not (tmp_path / "removed").exists()


@pytest.mark.parametrize("arguments", [("nonsense",), ("--packages", "nonsense")])
def test_set_up_knows_its_goals(setup: Setup, arguments: tuple[str, ...]) -> None:
    done = setup(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_set_up_makes_the_environment_once_for_each_lock(setup: Setup, tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(VENV.format(python=shlex.quote(sys.executable)))
    python.chmod(0o755)
    commands = ("awk", "cat", "chmod", "flock", "grep", "mkdir", "sha256sum", "touch")
    installed = tmp_path / "installed"

    def run() -> list[str]:
        installed.write_text("")
        done = setup("serve", commands=commands, PYTHON=str(python))
        assert done.returncode == 0, done.stderr
        return installed.read_text().splitlines()

    locked, own = run()
    assert "--require-hashes --no-deps --only-binary :all: -r requirements.lock" in locked
    assert own.endswith("--no-deps --no-build-isolation --editable .")
    assert run() == []
    with (tmp_path / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert len(run()) == 2
    assert run() == []
