"""Steps that are pasted into a live interactive shell, on the local stand-in."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, main_thread
from types import FrameType

import pytest

from guide.clusters.stand_in import StandIn
from walkthrough.machine.base import Options
from walkthrough.machine.command import poll
from walkthrough.machine.result import Result
from walkthrough.progress import Progress
from walkthrough.terminal.reading import SHELLS
from walkthrough.terminal.typed import _START as START
from walkthrough.terminal.typed import TypedShell

from .conftest import SmallGuide, processes

FENCE = "```"


@pytest.fixture(params=SHELLS)
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shell(program: str) -> Iterator[TypedShell]:
    cluster = StandIn(Options(), Progress())
    cluster.create()
    shell = TypedShell(cluster, "guide", program)
    try:
        shell.start()
        yield shell
    finally:
        shell.close()
        cluster.destroy()


def typed(shell: TypedShell, body: str, timeout: float = 120) -> Result:
    return shell.run("step", f"{body}\n", timeout=timeout)


def test_it_is_a_terminal_and_both_streams_are_told_apart(shell: TypedShell) -> None:
    result = typed(shell, "test -t 0 && test -t 1 && test -t 2\necho out\necho error >&2\ntput cols")
    assert (result.code, result.complaint, result.went_on) == (0, "", ())
    assert result.stdout.text == "out\n200\n"
    assert result.stderr.text == "error\n"


def test_what_flows_is_the_shells_own(shell: TypedShell, program: str) -> None:
    assert typed(shell, "A='it is'\nexport B=2\nf() {\n  echo \"$A $1\"\n}\nmkdir -p ~/x\ncd ~/x").code == 0
    result = typed(shell, 'f here\npwd\necho "${ZSH_VERSION:+zsh}${BASH_VERSION:+bash} $B"')
    assert result.stdout.text == f"it is here\n{shell.cluster.home}/x\n{program} 2\n"  # type: ignore[attr-defined]


def test_a_check_has_the_variables_and_functions_of_the_live_shell(shell: TypedShell) -> None:
    typed(shell, 'A="it\'s \\"so\\""\nexport B=2\nlist=(a \'b c\')\nf() { echo "f $1" | sed \'s/f/g/\'; }')
    typed(shell, "mkdir ~/x\ncd ~/x")
    check = 'set -u\necho "$A $(env | grep ^B=) ${list[1]} $(f 1)"\npwd\n[[ -t 1 ]] || echo none'
    result = shell.run("check", check, timeout=30, save=False)
    home = shell.cluster.home  # type: ignore[attr-defined]
    assert (result.code, result.stderr.text) == (0, "")
    assert result.stdout.text == f'it\'s "so" B=2 b c g 1\n{home}/x\nnone\n'


def test_the_last_line_decides_and_a_failed_one_before_it_is_told(shell: TypedShell) -> None:
    typed(shell, "true")
    result = typed(
        shell, "echo a\nfalse\necho b\n(exit 3)\ntest -e /none || echo c\nif false; then :; fi\necho d"
    )
    assert result.code == 0
    assert result.went_on == ((2, 1), (4, 3))
    assert result.stdout.text == "a\nb\nc\nd\n"
    result = typed(shell, "true\n(exit 4)")
    assert (result.code, result.went_on) == (4, ())


@pytest.mark.usefixtures("begun_first")
def test_a_step_that_hangs_is_interrupted_and_the_shell_lives_on(shell: TypedShell, forever: str) -> None:
    typed(shell, "A=1")
    result = typed(shell, f"echo before\nsleep {forever}", timeout=1)
    assert result.timed_out
    assert result.stdout.text.startswith("before\n^C")
    assert typed(shell, 'echo "$A"').stdout.text == "1\n"


@pytest.mark.usefixtures("begun_first")
def test_a_step_that_does_not_care_for_ctrl_c_is_ended(shell: TypedShell, forever: str) -> None:
    result = typed(shell, f"bash -c 'trap \"\" INT; sleep {forever}; sleep {forever}'", timeout=1)
    assert result.timed_out
    assert typed(shell, "echo on").stdout.text == "on\n"


def test_nothing_is_left_after_ctrl_c_on_the_harness(shell: TypedShell, forever: str) -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def ring() -> None:
        """As soon as the step is known to sleep."""
        if poll(lambda: bool(processes(f"sleep\0{forever}")), timeout=120, interval=0.01):
            signal.pthread_kill(main_thread().ident or 0, signal.SIGALRM)

    typed(shell, "sleep 600 &")
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        Thread(target=ring).start()
        with pytest.raises(KeyboardInterrupt):
            typed(shell, f"sleep {forever}")
    finally:
        signal.signal(signal.SIGALRM, before)
    shell.close()
    marker = b"WALKTHROUGH_STEP=" + shell._id.encode()
    assert [entry for entry in Path("/proc").glob("[0-9]*") if marker in _environment(entry)] == []


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def test_a_heredoc_left_open_waits_for_more(shell: TypedShell) -> None:
    result = typed(shell, "cat <<'END'\nhello")
    assert "waits for more" in result.complaint
    assert typed(shell, "echo on").stdout.text == "on\n"


def test_a_shell_that_waits_for_more_is_not_ended_on_a_slow_machine(
    shell: TypedShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("walkthrough.terminal.typed._GRACE", 0.0)
    assert "waits for more" in typed(shell, "cat <<'END'\nhello").complaint
    monkeypatch.undo()
    assert typed(shell, "echo on").stdout.text == "on\n"


def test_history_expansion_is_told(shell: TypedShell) -> None:
    result = typed(shell, 'echo "hello !nobody"')
    assert "took none of it" in result.complaint
    assert "event not found" in result.complaint
    result = typed(shell, 'echo "on"')
    assert (result.stdout.text, result.complaint) == ("on\n", "")


def test_history_expansion_in_the_last_line(shell: TypedShell) -> None:
    result = typed(shell, 'true\necho "hello !nobody"')
    assert result.code != 0 or result.stdout.text == ""
    # Of what comes next, the prompt, the shell has told no end, and nobody waits for one.
    assert result.seconds < START


def test_a_step_that_closes_the_terminal(shell: TypedShell) -> None:
    result = typed(shell, "echo bye\nexit 3")
    assert "closed the reader's terminal" in result.complaint
    assert typed(shell, "echo a new one").stdout.text == "a new one\n"


def test_what_stays_on_the_screen(shell: TypedShell) -> None:
    result = typed(shell, r"printf '10%%\r100%%\n\033[1;31mred\033[0m\n\033]0;title\007x\nab\033[Kc\n'")
    assert result.stdout.text == "100%\nred\nx\nabc\n"


def test_jobs_are_not_the_steps_words(shell: TypedShell) -> None:
    result = typed(shell, "sleep 0.1 &\nwait\necho done")
    assert (result.stdout.text, result.stderr.text) == ("done\n", "")


def test_a_long_step_with_quotes_and_heredocs(shell: TypedShell) -> None:
    lines = "\n".join(f'line {number}: "it\'s" $HOME !x `y`' for number in range(80))
    result = typed(shell, f"cat > f <<'END'\n{lines}\nEND\nwc -l < f\nsed -n 80p f")
    assert result.stdout.text == f"80\n{lines.splitlines()[-1]}\n"
    # Not where the tests were started.
    assert not Path("f").exists()
    assert (shell.cluster.home / "f").exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "secrets"),
    [
        ("A_TOKENS=(first second)", "first second"),
        ("f() { local L_TOKEN=inside; echo $L_TOKEN; }; f", "inside"),
        ("U_TOKEN=unset-1; echo $U_TOKEN; unset U_TOKEN", "unset-1"),
        ("( S_TOKEN=subshell; echo $S_TOKEN )", "subshell"),
        ("printf 'one\\ntwo\\n' | while read -r P_TOKEN; do echo $P_TOKEN; done", "one two"),
        ("K_TOKEN=closes; echo $K_TOKEN; exit 3", "closes"),
    ],
)
def test_secrets_are_told_however_they_come_and_go(shell: TypedShell, body: str, secrets: str) -> None:
    result = shell.run("a", body, timeout=60)
    assert " ".join(result.secrets) == secrets, result


def test_what_a_later_fence_names_is_known(shell: TypedShell) -> None:
    shell.run("a", "true", timeout=60)
    shell.secret_names.declared.append("CODE")
    assert shell.run("a", "CODE='abc def'", timeout=60).secrets == ("abc def",)


def test_secrets_are_known(shell: TypedShell) -> None:
    shell.secret_names.declared.append("CODE")
    result = typed(shell, "MY_TOKEN='abc def'\nCODE=123456")
    assert "abc def" in result.secrets


def test_the_readers_own_file_is_read(program: str) -> None:
    cluster = StandIn(Options(), Progress())
    cluster.create()
    assert cluster.home is not None
    (cluster.home / f".{program}rc").write_text("greeting=hello\n")
    shell = TypedShell(cluster, "guide", program)
    try:
        shell.start()
        assert typed(shell, 'echo "$greeting"').stdout.text == "hello\n"
    finally:
        shell.close()
        cluster.destroy()


@pytest.fixture
def page(guide: SmallGuide) -> SmallGuide:
    guide.page(
        f"""
{FENCE}{{.bash .step #a}}
before=$(echo 1)
echo hei
{FENCE}

{FENCE}{{.text .output}}
hei
{FENCE}

{FENCE}{{.bash .check #b}}
[[ $before == 1 ]]
{FENCE}
"""
    )
    return guide


def test_a_guide_that_holds(page: SmallGuide, program: str) -> None:
    ended = page.run(typed=program)
    assert ended.code == 0, ended.out
    made = page.proof(f"local.typed-{program}")
    assert made["mode"] == f"typed-{program}"
    assert made["counts"]["nb"] == {"passed": 3}
    assert not (page.root / "build/proof/local.json").exists()


def test_a_step_that_fails_in_the_middle_fails_the_run(guide: SmallGuide, program: str) -> None:
    guide.page(f"{FENCE}{{.bash .step #a}}\necho hei\nls /none\necho on\n{FENCE}\n")
    ended = guide.run(typed=program)
    assert ended.code == 1
    assert "line 2 ended with exit code 2, and the reader's shell goes on" in ended.out
    assert "docs/nb/index.md:3: ls /none" in ended.out
