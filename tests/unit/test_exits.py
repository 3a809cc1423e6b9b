"""How both command lines end where nothing can be written, or the machine refuses: in few words."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from guide.cli import cli
from guide.paths import ROOT
from walkthrough import exits
from walkthrough.cli import cli as walkthrough_cli
from walkthrough.errors import UserError
from walkthrough.exits import _of_the_machine
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.unseen import visible

GUIDE = f"{sys.executable} -m guide"
WALKTHROUGH = f"{sys.executable} -m walkthrough"
#: Reads a program's modules, and has Ctrl-C pressed before the last of them.
PRESSED = """
import os, signal, sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "walkthrough.exits":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
from {} import main
main()
"""


def ends(command: str) -> tuple[int, str]:
    """The exit code, and what the shell's standard error shows."""
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, cwd=ROOT)
    return run.returncode, run.stderr


@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
def test_a_full_disk_behind_standard_output_is_told(program: str) -> None:
    code, said = ends(f"{program} --help > /dev/full")
    assert code == exits.MISSING
    assert "No space left on device" in said
    assert "what to do: make room" in said
    assert "Exception" not in said


@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
@pytest.mark.parametrize("end", ["2> /dev/full", "2>&-", "> /dev/full 2> /dev/full", ">&- 2>&- <&-"])
def test_a_wrong_command_line_is_one_even_if_nobody_can_be_told(program: str, end: str) -> None:
    assert ends(f"{program} nosuch {end}") == (exits.USAGE, "")


@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
def test_nobody_listens(program: str) -> None:
    """What a program opens first would else be its standard output, and its children would write into it."""
    assert ends(f"{program} proof >&-") == (exits.OK, "")


@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
def test_a_terminal_without_some_signs_ends_nothing(program: str) -> None:
    code, said = ends(f"PYTHONIOENCODING=ascii:strict {program} proof")
    assert (code, said) == (exits.OK, "")


@pytest.mark.parametrize("program", ["guide.__main__", "walkthrough.__main__"])
def test_ctrl_c_before_the_program_has_begun_says_nothing(program: str) -> None:
    run = subprocess.run([sys.executable, "-c", PRESSED.format(program)], capture_output=True, timeout=120)
    assert (run.returncode, run.stderr) == (-signal.SIGINT, b"")


def test_what_is_closed_is_opened_to_nowhere() -> None:
    code = "import os, sys; from walkthrough import exits; exits.open_what_is_closed(); " + (
        "fd = os.open('/dev/zero', os.O_RDONLY); print('x'); sys.exit(fd)"
    )
    assert subprocess.run(["bash", "-c", f'{sys.executable} -c "{code}" <&- >&- 2>&-']).returncode == 3


@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
def test_what_the_machine_refuses_is_told(program: str) -> None:
    code, said = ends(f"{program} proof {'' if program is WALKTHROUGH else '--cluster '}{'a' * 5000}")
    assert code in (exits.USAGE, exits.MISSING)
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["../x", "a/b", "", "a\x1bb", "-x", "a" * 99])
@pytest.mark.parametrize("program", [GUIDE, WALKTHROUGH])
def test_a_name_of_no_run_is_a_wrong_command_line(program: str, name: str) -> None:
    """walkthrough left it to pytest, which ended with 1."""
    code, said = ends(f"{program} verify --name {shlex.quote(name)}")
    assert (code, said.startswith("Usage: ")) == (exits.USAGE, True)
    assert "\x1b" not in said


def test_a_machine_of_no_site_is_a_wrong_command_line_and_no_page_is_a_failure(tmp_path: Path) -> None:
    """As guide ends; and what the machine refuses is neither."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# A\n")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: A\nnav: [index.md]\nextra: {walkthrough: {machines: [local]}}\n"
    )
    program = f"{WALKTHROUGH} -C {shlex.quote(str(tmp_path))}"
    assert ends(f"{program} verify --machine nosuch")[0] == exits.USAGE
    assert ends(f"{program} proof A/B")[0] == exits.USAGE
    assert ends(f"{program} verify nosuch")[0] == exits.FAILED
    assert ends(f"{program} proof")[0] == exits.FAILED
    code, said = ends(f"{program} --debug verify nosuch")
    assert (code, "Traceback" in said) == (1, True)


def test_what_is_told_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """A page, a file's name, a command's output may have any sign in it."""
    odd = "a\x1b[2Jb\r\u202ec\x9b\nnext"
    exits.tell_all([UserError(odd, where="w\x07")])
    Progress().line(odd)
    said = capsys.readouterr().err
    assert said.count(r"a\x1b[2Jb\r\u202ec\x9b" + "\nnext\n") == 2
    assert r"w\x07" in said
    # What only looks unusual, or joins letters, stays.
    assert visible("æ – «x»\t\u200d✓\n") == "æ – «x»\t\u200d✓\n"


def test_an_error_of_the_system_that_nobody_has_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    from walkthrough import cli

    def refused(*_: object) -> None:
        raise OSError(36, "File name too long", "a" * 300)

    monkeypatch.setattr(Project, "of", refused)
    monkeypatch.setattr(sys, "argv", ["walkthrough", "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == exits.MISSING


@pytest.mark.parametrize("command", [cli, walkthrough_cli], ids=["guide", "walkthrough"])
def test_what_an_error_of_the_machine_says_to_use_is_there(command: click.Command) -> None:
    assert "--debug" in (_of_the_machine(OSError(5, "x")).fix or "")
    assert any("--debug" in parameter.opts for parameter in command.params)


@pytest.mark.parametrize(
    "fault", [RecursionError("deep"), ValueError("odd"), UnicodeError(), AssertionError("x")]
)
def test_a_fault_of_the_program_is_told_and_shown_to_who_asks(
    fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    @click.option("--debug", is_flag=True)
    def command(debug: bool) -> None:
        raise fault

    with pytest.raises(SystemExit) as ended:
        exits.run(command, [], "x")
    assert ended.value.code == exits.FAILED
    said = capsys.readouterr().err
    assert f"a fault of this program: {type(fault).__name__}" in said
    assert "test_exits.py:" in said
    assert "with --debug" in said
    with pytest.raises(UserError):
        exits.run(command, ["--debug"], "x")


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
@pytest.mark.parametrize("value", ["\u00b2", "0", "-5", "x", "", "9" * 5000])
def test_a_terminal_of_no_size_ends_nothing(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    exits.forget_odd_sizes()
    assert name not in os.environ
    monkeypatch.setenv(name, "80")
    exits.forget_odd_sizes()
    assert os.environ[name] == "80"


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    code, said = ends(f"cd {tmp_path}/gone && rmdir {tmp_path}/gone && {WALKTHROUGH} proof")
    assert code == exits.MISSING
    assert "the folder that this was begun in is gone" in said
    assert "what to do: cd" in said


def test_a_part_that_is_not_there_is_told() -> None:
    code, said = ends(
        f"{sys.executable} -c \"from walkthrough.begin import begin; begin('walkthrough.nosuch')\""
    )
    assert code == exits.MISSING
    assert "cannot be loaded" in said
    assert "Traceback" not in said


def test_what_cannot_be_written_at_the_end_is_no_exception() -> None:
    """The command has ended by itself, and what it said is still to be written then."""
    program = (
        "import sys, click; from walkthrough import exits\n"
        "@click.command()\ndef command(): print('x' * 100); sys.exit(0)\nexits.run(command, [], 'x')"
    )
    command = f'env -u PYTHONUNBUFFERED {sys.executable} -c "{program}"'
    code, said = ends(f"{command} > /dev/full")
    assert code == exits.MISSING
    assert "No space left on device" in said
    assert "what to do: make room" in said
    assert "Exception" not in said
    # Whoever read it has gone: there is nobody to tell.
    assert ends(f'{{ {command}; echo "$?" >&2; }} | true')[1] == f"{exits.MISSING}\n"
