"""Steps run in processes of their own and hand their shell's state on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from guide.clusters.stand_in import StandIn
from tests.waiting import until
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.command import poll
from walkthrough.machine.result import Result
from walkthrough.machine.running import Running
from walkthrough.machine.shell import Shell, interactive
from walkthrough.progress import Progress

from .conftest import processes


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cluster = StandIn(Options(), Progress())
    cluster.create()
    yield cluster
    cluster.destroy()


@pytest.fixture
def shell(cluster: StandIn) -> Iterator[Shell]:
    shell = Shell(cluster)
    shell.start()
    yield shell
    shell.close()


def run(shell: Shell, body: str, *, timeout: float = 30, **options: Any) -> Result:
    return shell.run("page-step", body, timeout=timeout, **options)


def prints(shell: Shell, body: str) -> str:
    result = run(shell, body)
    assert (result.code, result.stderr.text) == (0, "")
    return result.stdout.text


def test_a_step_gets_its_streams_code_and_state_apart(shell: Shell) -> None:
    result = run(shell, "echo out; echo err >&2; exit 3\n")
    assert (result.stdout.text, result.stderr.text, result.code) == ("out\n", "err\n", 3)
    assert result.saved
    assert not result.timed_out
    assert result.seconds > 0


STATE = {
    "variable": ("A='x  y'", 'echo "$A"', "x  y"),
    "newlines": ("A=$'x\\ny\\t\\'\"'", 'echo "$A"', "x\ny\t'\""),
    "no letters of English": ("A='æ ø å 😀'", 'echo "$A"', "æ ø å 😀"),
    "empty": ("A=", 'echo "<${A-unset}>"', "<>"),
    "not exported": ("A=1", "env | grep -c ^A= || true", "0"),
    "exported": ("export A=1", "env | grep ^A=", "A=1"),
    "array": ("A=(1 '2 3' '')", 'printf "<%s>" "${A[@]}"', "<1><2 3><>"),
    "associative array": ("declare -A A=([k]='v w')", 'echo "${A[k]}"', "v w"),
    "integer": ("declare -i A=1", "A+=2; echo $A", "3"),
    "read-only": ("readonly A=1", "(A=2) 2>/dev/null || echo refused", "refused"),
    "reference": ("B=5; declare -n A=B", "echo $A", "5"),
    "unset": ("unset TERM", 'echo "${TERM-gone}"', "gone"),
    "PATH": ("PATH=/opt/x:$PATH", 'echo "${PATH%%:*}"', "/opt/x"),
    "IFS": ("IFS=,", 'A=a,b; printf "<%s>" $A', "<a><b>"),
    "function": ('f() { local x=$1; cat <<<"f $x"; }', "f 1", "f 1"),
    "exported function": ("f() { echo f; }; export -f f", "bash -c f", "f"),
    "function named as a builtin": ('cd() { builtin cd "$@" && echo at $PWD; }', "cd /", "at /"),
    "alias": ("alias greet='echo hei'", "greet du", "hei du"),
    "alias of a word the driver uses": ("alias source=false builtin=false printf=false", "echo fine", "fine"),
    "folder": ("cd /usr/bin", "pwd", "/usr/bin"),
    "folder with spaces": ("mkdir -p 'a b/æ'; cd 'a b/æ'", 'echo "${PWD##*/}"', "æ"),
    "former folder": ("cd /usr; cd /bin", "cd - >/dev/null; pwd", "/usr"),
    "umask": ("umask 027", "umask", "0027"),
    "shopt": (
        "shopt -s nullglob extglob",
        "echo /nowhere/*; [[ ab == @(ab|c) ]]; shopt extglob",
        "\nextglob        \ton",
    ),
    "set": ("set -f", "echo /*", "/*"),
    "noclobber": ("set -C", "echo a > file; (echo b > file) 2>/dev/null || cat file", "a"),
    "set +e lasts for its own step": ("set +e; false; true", "false; echo not reached", None),
    "set +u lasts for its own step": ("set +u", "echo $NOT_SET", None),
    "xtrace lasts for its own step": ("set -x", "echo quiet", "quiet"),
    "state of a step that exits": ("A=1; exit 0", "echo $A", "1"),
    "state of a step that returns": ("A=1; return 0", "echo $A", "1"),
    "names as bash's own": (
        "BASHRC=1 EPOCH_START=2 BASH_IT=3 COMP_NAME=4",
        "echo $BASHRC$EPOCH_START$BASH_IT$COMP_NAME",
        "1234",
    ),
    "more of them": (
        "BASH_ENV_FILE=1 GROUPS_OF=2 RANDOM_ID=3 UIDS=4 PWDX=5",
        "echo $BASH_ENV_FILE$GROUPS_OF$RANDOM_ID$UIDS$PWDX",
        "12345",
    ),
    "what bash reads": (
        "BASH_ENV=/x BASH_COMPAT=5.1 OPTIND=3 OPTERR=0",
        "echo $BASH_ENV $BASH_COMPAT $OPTIND $OPTERR",
        "/x 5.1 3 0",
    ),
    "what a pattern found": ("[[ abc =~ b(.) ]]", "echo ${BASH_REMATCH[1]}", "c"),
    "seconds": ("SECONDS=1000", "((SECONDS >= 1000 && SECONDS < 1100)) && echo yes", "yes"),
    "exported before it has a value": ("export A", "A=1; env | grep ^A=", "A=1"),
    "an array before it has values": ("declare -A A", "A[x]=1; echo ${!A[@]}", "x"),
    "no longer exported": ("export -n TERM", "env | grep -c ^TERM= || true", "0"),
    "PATH lost": ("PATH=/opt/tools; KEPT=1", "echo $PATH $KEPT", "/opt/tools 1"),
    "PATH unset": ("unset PATH; KEPT=1", "echo ${PATH-gone} $KEPT", "gone 1"),
    "PATH of a function": ("mv() { echo no; }; KEPT=1", "echo $KEPT", "1"),
    "a stack of folders": (
        "pushd /usr; pushd /bin",
        "popd >/dev/null; popd >/dev/null; echo ${PWD##*/walkthrough-*}",
        "",
    ),
    "a folder that was moved": ("mkdir a; cd a; mv ../a ../b", 'echo "${PWD##*/}"; ls ..', "b\nb"),
    "a pipe's last part is a shell of its own": ("A=1; echo 2 | read A", "echo $A", "1"),
}


@pytest.mark.parametrize("name", STATE)
def test_state_flows_from_a_step_to_the_next(shell: Shell, name: str) -> None:
    first, second, expected = STATE[name]
    assert run(shell, f"{first}\n").code == 0
    result = run(shell, f"{second}\n")
    if expected is None:
        assert result.code != 0
    else:
        assert (result.stdout.text.rstrip("\n"), result.stderr.text, result.code) == (
            expected.rstrip("\n"),
            "",
            0,
        )
    # And on, unharmed.
    assert run(shell, "true\n").code == 0


def test_state_flows_past_a_step_that_fails(shell: Shell) -> None:
    assert run(shell, "A=1\nfalse\nA=2\n").code == 1
    assert prints(shell, "echo $A\n") == "1\n"


def test_a_step_starts_at_home_without_state_of_an_earlier_chain(cluster: StandIn, shell: Shell) -> None:
    assert prints(shell, "pwd; A=1; cd /\n") == f"{cluster.home}\n"
    again = Shell(cluster)
    again.start()
    assert prints(again, 'pwd; echo "${A-none}"\n') == f"{cluster.home}\nnone\n"


def test_two_chains_on_one_machine_do_not_meet(cluster: StandIn, shell: Shell) -> None:
    other = Shell(cluster, "other")
    other.start()
    run(shell, "A=1")
    assert prints(other, 'echo "${A-none}"') == "none\n"
    other.close()
    assert prints(shell, "echo $A") == "1\n"


def test_a_body_reaches_bash_byte_for_byte(shell: Shell, cluster: StandIn) -> None:
    assert cluster.home is not None
    text = "  æ $HOME `x` \\ \" ' \\n %s \x01\x7f !!\n\n  end  \n"
    run(shell, f"cat >file <<'EOF'\n{text}EOF\n")
    assert (cluster.home / "file").read_bytes() == text.encode()


def test_a_body_larger_than_a_command_line(shell: Shell) -> None:
    line = "x" * 1000
    assert prints(shell, f"wc -c <<'EOF'\n{(line + chr(10)) * 3000}EOF\n") == "3003000\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("true\n\nfalse\ntrue\n", 3),
        ("true | false | true\n", 1),
        ("if true; then\n  false\nfi\n", 2),
    ],
)
def test_the_first_command_that_fails_ends_the_step_and_is_known(shell: Shell, body: str, line: int) -> None:
    result = run(shell, body + "echo not reached\n")
    assert (result.code, result.line, result.stdout.text) == (1, line, "")


def test_messages_carry_the_steps_own_lines(shell: Shell) -> None:
    result = run(shell, "true\n\necho $NOT_SET\n")
    assert result.code != 0
    assert "steps/page-step: line 3: NOT_SET: unbound variable" in result.stderr.text


def test_standard_input_is_empty(shell: Shell) -> None:
    assert prints(shell, "cat; read -r x || echo end\n") == "end\n"


def test_both_streams_in_the_order_written(shell: Shell) -> None:
    body = "for i in 1 2 3; do echo out $i; echo err $i >&2; done"
    assert run(shell, body, merge=True).stdout.text == "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n"


def test_a_check_leaves_the_state_alone(shell: Shell) -> None:
    run(shell, "A=1")
    result = run(shell, "echo $A; A=2; cd /", save=False)
    assert (result.stdout.text, result.saved) == ("1\n", True)
    assert prints(shell, "echo $A; pwd") == f"1\n{shell.cluster.home}\n"  # type: ignore[attr-defined]


def test_an_exit_trap_runs_at_the_end_of_its_step(shell: Shell) -> None:
    assert prints(shell, "trap 'echo bye' EXIT; A=1; echo hi") == "hi\nbye\n"
    assert prints(shell, "echo $A") == "1\n"


@pytest.mark.parametrize("body", ["exec true", "trap : EXIT; exit 0", "kill -9 $$"])
def test_a_step_that_takes_its_shell_away_is_known(shell: Shell, body: str) -> None:
    run(shell, "A=1")
    assert not run(shell, f"A=2; {body}").saved
    assert prints(shell, "echo $A") == "1\n"


@pytest.mark.parametrize(
    "body",
    [
        "mkdir a; cd a; rmdir ../a",
        "mkdir -p a/b; cd a/b; rm -r ../../a",
        "mkdir a; cd a; rm -r ../a; mkdir ../a",
        "mkdir a; cd a; rmdir ../a; exit 0",
    ],
)
def test_a_step_that_leaves_a_folder_that_is_gone(shell: Shell, body: str) -> None:
    result = run(shell, body)
    assert not result.saved
    assert "in a folder that is gone" in result.complaint


def test_a_check_that_takes_the_folder_away(shell: Shell) -> None:
    run(shell, "mkdir a; cd a")
    result = run(shell, "rmdir ../a", save=False)
    assert "in a folder that is gone" in result.complaint


def test_a_folder_that_is_taken_away_between_two_steps(shell: Shell, cluster: StandIn) -> None:
    assert run(shell, "mkdir a; cd a; A=1").saved
    assert cluster.home is not None
    (cluster.home / "a").rmdir()
    result = run(shell, "echo not reached")
    assert (result.code, result.stdout.text, result.saved) == (1, "", False)
    assert "since the step before" in result.complaint
    assert "/a: No such file" in result.stderr.text
    # What was known before it is still known.
    (cluster.home / "a").mkdir()
    assert prints(shell, "echo $A") == "1\n"


@pytest.mark.parametrize(
    "body",
    [
        "mkdir ~/.local/state/walkthrough/chain-guide/state.new",
        "ulimit -f 0; trap '' XFSZ; A=1",
    ],
)
def test_a_state_that_cannot_be_written_fails_its_own_step(shell: Shell, body: str) -> None:
    result = run(shell, body)
    assert not result.saved


def test_a_function_that_bash_cannot_read_back_fails_the_step_that_defines_it(shell: Shell) -> None:
    result = run(shell, "a() { :; }\nb() {\n  true && cat <<END && echo c\nd\nEND\n}\nc() { :; }\nb")
    assert (result.code, result.stdout.text, result.saved) == (0, "d\nc\n", False)
    assert "bash prints the function b in a form that it cannot read again" in result.complaint


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("walkthrough.machine.running.GRACE", 0.3)
    monkeypatch.setattr("walkthrough.machine.shell.GRACE", 0.3)


def test_a_step_that_kills_its_driver_has_an_end(shell: Shell, forever: str) -> None:
    result = run(shell, f"echo first; sleep {forever} & kill -9 $PPID; sleep {forever}")
    assert (result.code, result.saved, result.stdout.text) == (137, False, "first\n")
    shell.close()
    assert not processes(f"sleep\0{forever}")


def test_quick_output_without_a_line_end(shell: Shell) -> None:
    assert prints(shell, "printf abc") == "abc"


def test_output_that_is_no_text(shell: Shell) -> None:
    result = run(shell, r"printf 'a\0\xff\x1e'")
    assert result.stdout.binary
    assert result.stdout.head == b"a\0\xff\x1e"


def test_a_hundred_megabytes(shell: Shell) -> None:
    result = run(shell, "echo begin; head -c 100000000 /dev/zero; echo end")
    assert result.code == 0
    assert result.stdout.size == 100_000_010
    assert result.stdout.head.startswith(b"begin\n")
    assert result.stdout.tail.endswith(b"\0end\n")
    assert len(result.stdout.head) + len(result.stdout.tail) < 2 << 20


@pytest.mark.usefixtures("short_grace", "begun_first")
@pytest.mark.parametrize(
    "body",
    [
        "echo begun; sleep {}",
        "echo begun; trap '' TERM; sleep {} & wait",
        "echo begun; bash -c 'trap \"\" TERM; sleep {}'",
        "echo begun; setsid sleep {}; wait",
        "echo begun; setsid --fork sleep {}; while true; do :; done",
    ],
)
def test_a_step_that_hangs_is_ended_with_all_that_it_started(shell: Shell, body: str, forever: str) -> None:
    run(shell, "A=1; MY_TOKEN=abcdef123456")
    result = run(shell, body.format(forever), timeout=0.5)
    assert result.timed_out
    assert result.code is None
    assert result.stdout.text == "begun\n"
    assert not processes(f"sleep\0{forever}")
    assert prints(shell, "echo $A") == "1\n"


@pytest.mark.usefixtures("short_grace")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_step_that_is_interrupted_while_it_starts_is_ended(
    shell: Shell, forever: str, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            while not processes(f"sleep\0{forever}"):
                assert self.poll() is None
            os.kill(os.getpid(), number)

    before = signal.signal(number, interrupt)
    try:
        with monkeypatch.context() as patch:
            patch.setattr("subprocess.Popen", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                run(shell, f"sleep {forever}")
        assert signal.getsignal(number) is interrupt
    finally:
        signal.signal(number, before)
    assert not processes(f"sleep\0{forever}")


def test_what_hangs_in_the_background_does_not_hold_the_step(shell: Shell, forever: str) -> None:
    result = run(shell, f"sleep {forever} & echo $!", timeout=20)
    assert (result.code, result.timed_out) == (0, False)
    assert processes(f"sleep\0{forever}") == [int(result.stdout.text)]
    # It lives on through the next step, and ends with the chain.
    assert prints(shell, f"kill -0 {result.stdout.text.strip()} && echo alive") == "alive\n"
    shell.close()
    assert not processes(f"sleep\0{forever}")


def test_what_the_background_prints_later_is_not_the_next_steps(shell: Shell) -> None:
    body = "( while [[ ! -e go ]]; do :; done; echo late; : > gone ) & disown; echo now"
    assert prints(shell, body) == "now\n"
    # It can still write: a closed pipe would have killed it.
    assert prints(shell, ": > go; while [[ ! -e gone ]]; do :; done; echo next") == "next\n"


def test_an_interrupt_ends_the_step_and_goes_on(
    shell: Shell, forever: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Running, "wait", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(shell, f"sleep {forever}")
    assert not processes(f"sleep\0{forever}")


def _interrupted(*_: object) -> bool:
    raise KeyboardInterrupt


def test_secrets_are_known_by_the_names_of_their_variables(shell: Shell) -> None:
    shell.secret_names.declared.append("code")
    body = "GITEA_PASSWORD='a b'; api_token=t0k3n; NOT_THIS=x; code=$'æ\\n'; TLS_KEY=k; NO_SECRET="
    result = run(shell, f"{body}; ARR_SECRET=(one two)")
    assert sorted(result.secrets) == ["a b", "k", "one", "t0k3n", "two", "æ\n"]
    assert sorted(run(shell, "true").secrets) == ["a b", "k", "one", "t0k3n", "two", "æ\n"]


@pytest.mark.parametrize(
    ("body", "secrets"),
    [
        ("A_TOKENS=(first second); A_TOKENS+=(third)", "first second third"),
        ("declare -A M_TOKENS=([a]=one [b]=two)", "two one"),
        ("f() { local L_TOKEN=inside; echo $L_TOKEN; }; f", "inside"),
        ("f() { declare L_TOKEN=inside; false; }; f", "inside"),
        ("( S_TOKEN=subshell; echo $S_TOKEN )", "subshell"),
        ("x=$(S_TOKEN=substituted; echo $S_TOKEN)", "substituted"),
        ("printf 'one\\ntwo\\n' | while read -r P_TOKEN; do echo $P_TOKEN; done", "one two"),
        ("for F_TOKEN in one two; do echo $F_TOKEN; done; unset F_TOKEN", "one two"),
        ("U_TOKEN=unset; echo $U_TOKEN; unset U_TOKEN", "unset"),
        ("O_TOKEN=over; echo $O_TOKEN; O_TOKEN=written", "over written"),
        ("read -r R_TOKEN <<<here", "here"),
        ("mapfile -t R_TOKENS < <(printf 'one\\ntwo\\n')", "one two"),
        ("printf -v V_TOKEN %s printed", "printed"),
        ("export E_TOKEN=exported; export -n E_TOKEN", "exported"),
        ("plain=referred; declare -n N_TOKEN=plain", "referred"),
        ("T_TOKEN=$(echo one)command printenv T_TOKEN", "onecommand"),
        ("T_TOKEN=$'a\\'b\\tc' printenv T_TOKEN", "a'b\tc"),
        ("env I_TOKEN=x true; I_TOKEN+=more true", "more"),
        ("readonly C_TOKEN=constant; bash -c 'echo $C_TOKEN'", "constant"),
        ("K_TOKEN=killed; echo $K_TOKEN; kill -9 $$", "killed"),
        ("X_TOKEN=executed; exec echo $X_TOKEN", "executed"),
        ("set -x; D_TOKEN=traced; echo $D_TOKEN", "traced"),
        ("set -f +B; IFS=e; G_TOKEN=sep; echo $G_TOKEN; unset G_TOKEN", "sep"),
    ],
)
def test_secrets_are_told_however_they_come_and_go(shell: Shell, body: str, secrets: str) -> None:
    result = run(shell, body)
    assert " ".join(result.secrets) == secrets, result


def test_a_step_does_not_see_that_its_secrets_are_watched(shell: Shell) -> None:
    body = "A_TOKEN=a\nfalse || echo $?\ntrue | false || echo ${PIPESTATUS[*]}\n"
    body += "echo last >/dev/null\necho $_\n[[ xy =~ x(.) ]]\necho ${BASH_REMATCH[1]}\nset -x\n: traced"
    result = run(shell, body)
    assert result.stdout.text == "1\n0 1\nlast\ny\n"
    assert [line.lstrip("+") for line in result.stderr.text.splitlines()] == [" : traced"]
    assert "functrace" not in run(shell, "shopt -so").stdout.text


def test_a_function_of_an_earlier_step_is_watched(shell: Shell) -> None:
    run(shell, 'ask() { local ASKED_TOKEN=$1; echo "$ASKED_TOKEN"; }')
    assert run(shell, "ask question-1").secrets == ("question-1",)


@pytest.mark.usefixtures("begun_first")
def test_secrets_of_a_step_that_does_not_care_to_be_ended(shell: Shell, forever: str) -> None:
    body = f"trap '' TERM; A_TOKEN=stubborn; echo $A_TOKEN; sleep {forever}; sleep {forever}"
    result = shell.run("a", body, timeout=0.5)
    assert result.timed_out
    assert result.secrets == ("stubborn",)


def test_what_is_too_short_to_be_masked_is_named(shell: Shell) -> None:
    assert run(shell, "DOOR_PIN=12; MY_TOKEN=long-enough; HAS_TOKEN=yes").unmasked == ("DOOR_PIN",)


@pytest.mark.usefixtures("begun_first")
def test_secrets_of_a_step_that_hangs(shell: Shell, forever: str) -> None:
    result = run(shell, f"A_PASSWORD=hunter2hunter2; sleep {forever}", timeout=0.5)
    assert result.timed_out
    assert result.secrets == ("hunter2hunter2",)


def test_the_step_knows_its_marker(shell: Shell) -> None:
    first, second = prints(shell, "echo $WALKTHROUGH_STEP"), prints(shell, "echo $WALKTHROUGH_STEP")
    assert first != second
    assert len(first) > 8


@pytest.mark.parametrize("holds_them_for_a_moment", ["", "(sleep 0.3 &)"])
def test_what_has_left_its_group_and_its_streams_is_ended_with_the_chain(
    cluster: StandIn, forever: str, holds_them_for_a_moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("walkthrough.machine.shell.GRACE", 300)
    shell = Shell(cluster)
    shell.start()
    run(shell, f"(setsid sleep {forever} </dev/null >/dev/null 2>&1 &)\n{holds_them_for_a_moment}")
    assert poll(lambda: bool(processes(f"sleep\0{forever}")), timeout=300, interval=0.01)
    shell.end_left()
    assert processes(f"sleep\0{forever}")  # a later page may use it
    shell.close()
    assert not processes(f"sleep\0{forever}")


def test_a_step_that_is_over_is_not_looked_for(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    monkeypatch.setattr(shell.cluster, "kill", looked_for.append)
    for _ in range(5):
        run(shell, "echo a")
    assert poll(lambda: not any(one.left for one in shell._left_running), timeout=300, interval=0.01)
    shell.end_left()
    assert looked_for == []


def test_a_state_that_is_as_it_was_is_not_read_back_again(shell: Shell) -> None:
    state = Path(shell.folder) / "state"

    def left_alone() -> bool:
        before, since = state.read_bytes(), state.stat().st_mtime_ns
        run(shell, "(A=2); A=3; A=1; SECONDS=0")  # bash counts them while the step runs
        same = state.read_bytes() == before
        assert (state.stat().st_mtime_ns == since) == same
        return same

    run(shell, "A=1; SECONDS=0")
    assert poll(left_alone, timeout=120, interval=0)
    run(shell, "A=2")
    assert prints(shell, "echo $A") == "2\n"


def test_nothing_is_left_after_the_end(cluster: StandIn) -> None:
    shell = Shell(cluster)
    shell.start()
    run(shell, "A_SECRET=x")
    folder = Path(shell.folder)
    assert (folder / "state").is_file()
    assert folder.stat().st_mode & 0o077 == 0
    shell.close()
    assert not folder.exists()
    shell.close()


def test_a_shell_opens_where_the_last_step_ended(cluster: StandIn, shell: Shell) -> None:
    run(shell, "cd /usr/bin; A=1; f() { echo f; }; alias hei='echo hei'; false")
    argv = cluster.argv(interactive())
    done = subprocess.run(argv, input="pwd; echo $A; f; hei\n", capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-4:] == ["/usr/bin", "1", "f", "hei"]


def test_a_shell_opens_where_no_step_has_run(cluster: StandIn) -> None:
    argv = cluster.argv(interactive())
    done = subprocess.run(argv, input="echo fine\n", capture_output=True, text=True, check=False)
    assert "fine" in done.stdout


class _NoBash(StandIn):
    def argv(self, command: Sequence[str]) -> list[str]:
        return ["sh", "-c", "echo no such machine >&2; exit 2"]


class _NoCommand(StandIn):
    def argv(self, command: Sequence[str]) -> list[str]:
        return ["/nowhere/multipass", *command]


@pytest.mark.parametrize(
    ("kind", "what"), [(_NoBash, "exit code 2: no such machine"), (_NoCommand, "cannot be reached")]
)
def test_a_machine_that_does_not_answer(kind: type[StandIn], what: str) -> None:
    with pytest.raises(UserError, match=what):
        Shell(kind(Options(), Progress())).start()


def test_a_name_that_is_no_name() -> None:
    with pytest.raises(UserError, match="cannot be the name"):
        Shell(StandIn(Options(), Progress()), 'a"; rm -rf /')


def test_open_files_do_not_pile_up(shell: Shell) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    run(shell, "true")
    before = count()
    for _ in range(10):
        run(shell, "echo x")
    until(lambda: count() <= before)
