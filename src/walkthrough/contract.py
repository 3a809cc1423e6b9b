"""What every kind of machine keeps: tests for whoever writes one.

In a test module of the machine's author, with pytest::

    from walkthrough.contract import MachineContract

    class TestShed(MachineContract):
        @classmethod
        def make(cls):
            return Shed(Options(name="contract"), Progress())

One machine is made for the class, and removed after it. What a machine need not be able to do (to be kept and
restored) is left out where it cannot.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from walkthrough import hooks
from walkthrough.machine.base import Answer, Cluster, Disposition
from walkthrough.machine.command import poll
from walkthrough.machine.keeping import Keeping
from walkthrough.machine.result import Result
from walkthrough.machine.shell import Shell

#: Seconds that a step of these tests may take on a busy machine; and after which one is ended on purpose.
_LONG, _SHORT = 120.0, 3.0


class MachineContract:
    """The tests. A subclass says what machine is meant; its name begins with ``Test``."""

    @classmethod
    @abstractmethod
    def make(cls) -> Cluster:
        """A machine, not yet created. Two tests make one while another is there."""

    @pytest.fixture(scope="class")
    @classmethod
    def machine(cls) -> Iterator[Cluster]:
        """The machine that is there for all tests but those that make their own."""
        one = cls.make()
        try:
            one.preflight()
            one.create()
            one.wait_ready()
            yield one
        finally:
            one.destroy()

    @pytest.fixture
    def shell(self, machine: Cluster) -> Iterator[Shell]:
        """A reader's shell on it, without a past."""
        one = Shell(machine, f"contract-{os.getpid()}")
        one.start()
        yield one
        one.close()

    # --- a command ---

    def test_a_command_has_its_streams_and_its_exit_code(self, machine: Cluster) -> None:
        """What is given to it, what it prints on either stream and how it ends come through unchanged."""
        script = "cat; printf 'to\\tstderr' >&2; exit 7"
        done = subprocess.run(
            machine.argv(["sh", "-c", script]), input=b"a\0b\xff\n", capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (7, b"a\0b\xff\n")
        assert done.stderr == b"to\tstderr"

    def test_words_arrive_as_they_are(self, machine: Cluster) -> None:
        """No shell in between reads what is in the words of a command."""
        words = ["", "two words", "$HOME", "a'b\"c", "*", "\\", "line\nline", "-n", "æ"]
        done = subprocess.run(
            machine.argv(["printf", "%s\\0", *words]), capture_output=True, check=True, timeout=_LONG
        )
        assert done.stdout.decode().split("\0")[:-1] == words

    def test_it_is_there(self, machine: Cluster) -> None:
        """It says that it answers, and of what it is made, without a fault."""
        assert machine.gone() == ""
        assert all(isinstance(text, str) for pair in machine.versions().items() for text in pair)
        assert all(row.runs and row.why for row in machine.replacements())
        assert isinstance(machine.evidence(), str)
        assert machine.options.name in machine.shell_hint()

    def test_it_has_an_answer_to_each_tag(self, machine: Cluster) -> None:
        """What ``when=`` can name is run, or there are words for what becomes of it."""
        for tag in hooks.tags():
            answer = machine.answer(tag)
            assert isinstance(answer, Answer)
            assert answer.disposition is Disposition.RUN or answer.text, tag

    # --- a step ---

    def test_a_step_hands_its_state_on(self, shell: Shell) -> None:
        """Folder, variables, functions and files are there in the next step; its exit code is its own."""
        first = 'mkdir -p contract; cd contract; name="a b"; export SEEN=yes'
        assert _run(shell, f'{first}; both() {{ echo "$name $SEEN"; }}; exit 3').code == 3
        done = _run(shell, 'both; basename "$PWD"; echo told >&2; : >file')
        assert (done.code, done.stdout.text, done.stderr.text) == (0, "a b yes\ncontract\n", "told\n")
        assert done.saved
        assert _run(shell, "[[ -e file ]] && cd .. && rm -r contract").code == 0

    def test_a_fresh_shell_knows_nothing_of_an_earlier_one(self, shell: Shell) -> None:
        """What one chain has set is not the next one's."""
        assert _run(shell, "left=over").code == 0
        shell.start()
        assert _run(shell, '[[ -z ${left-} && $PWD == "$HOME" ]]').code == 0

    def test_a_step_that_runs_out_of_time_is_ended_with_all_that_it_began(self, shell: Shell) -> None:
        """Whatever it has begun, in a session of its own as well, is gone from the machine."""
        mark = _mark()
        body = f"setsid sleep {mark} & sleep {mark}"
        assert _run(shell, body, _SHORT).timed_out
        assert _sleeping(shell, mark) == []
        assert _run(shell, "echo on").stdout.text == "on\n"

    def test_an_interrupted_step_is_ended(self, shell: Shell) -> None:
        """Ctrl-C in the middle of a step leaves nothing of it on the machine."""
        mark = _mark()

        def interrupt() -> None:
            with suppress(AssertionError):
                _until(lambda: bool(_sleeping(shell, mark)))
            os.kill(os.getpid(), signal.SIGINT)

        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        watching = Thread(target=interrupt)
        try:
            watching.start()
            with pytest.raises(KeyboardInterrupt):
                _run(shell, f"sleep {mark}")
        finally:
            watching.join()
            signal.signal(signal.SIGINT, before)
        assert _sleeping(shell, mark) == []

    def test_what_a_step_left_running_goes_on_until_the_end(self, shell: Shell) -> None:
        """It is there for the steps after it, and gone with the chain."""
        mark = _mark()
        done = _run(shell, f"sleep {mark} & echo begun")
        assert done.stdout.text == "begun\n"
        assert _sleeping(shell, mark)
        shell.end_left()
        assert _sleeping(shell, mark) == []

    # --- its end ---

    def test_it_can_be_removed_in_any_state_and_twice(self) -> None:
        """A run may end before anything was made, and whoever cleans up does not know how far it came."""
        one = self.make()
        one.destroy()
        one.destroy()

    def test_what_was_removed_can_be_made_again(self) -> None:
        """Nothing of it is in the way of the next one, nor there for it to find."""
        for _ in range(2):
            one = self.make()
            try:
                one.preflight()
                one.create()
                one.wait_ready()
                done = subprocess.run(
                    one.argv(["sh", "-c", "[ ! -e ~/of-the-contract ] && : >~/of-the-contract"]), check=False
                )
                assert done.returncode == 0
                subprocess.run(
                    one.argv(["sh", "-c", "rm ~/of-the-contract"]), check=not one.machine_of_its_own
                )
            finally:
                one.destroy()

    # --- what it may be able to do besides ---

    def test_a_kept_state_is_what_it_was(self, tmp_path: Path) -> None:
        """Files and the shell's state are there in a machine that is made of what was kept."""
        one = self.make()
        if not isinstance(one, Keeping):
            pytest.skip("this kind of machine cannot be kept")
        depends = one.fingerprint()
        assert all(isinstance(text, str) for pair in depends.items() for text in pair)
        assert depends == one.fingerprint()
        name = f"contract-{os.getpid()}"
        kept = tmp_path / "kept"
        kept.mkdir()
        try:
            one.preflight()
            one.create()
            one.wait_ready()
            shell = Shell(one, name)
            shell.start()
            assert _run(shell, "echo kept >~/file; cd /usr; value=7").code == 0
            one.save(kept)
            assert any(kept.iterdir())
            assert _run(shell, "echo lost >>~/file; [[ $value == 7 ]]").code == 0
        finally:
            one.destroy()
        other = self.make()
        assert isinstance(other, Keeping)
        try:
            other.preflight()
            other.restore(kept)
            other.wait_ready()
            shell = Shell(other, name)
            shell.start(name)
            done = _run(shell, 'cat ~/file; echo "$PWD $value"')
            assert (done.code, done.stdout.text) == (0, "kept\n/usr 7\n")
        finally:
            other.destroy()


def _run(shell: Shell, body: str, timeout: float = _LONG) -> Result:
    return shell.run("contract", f"{body}\n", timeout=timeout)


def _mark() -> str:
    """A time to sleep for, long and like no other's."""
    return f"600.{os.getpid()}{time.monotonic_ns()}"


def _sleeping(shell: Shell, mark: str) -> Sequence[str]:
    """The processes of the machine that sleep for that time; a zombie does nothing any more."""
    script = (
        "for each in /proc/[0-9]*; do "
        '[ "$(tr "\\0" " " <"$each/cmdline" 2>/dev/null)" != "sleep $1 " ] || echo "${each#/proc/}"; done'
    )
    done = subprocess.run(
        shell.cluster.argv(["sh", "-c", script, "sh", mark]), capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def _until(condition: Callable[[], bool], deadline: float = _LONG) -> None:
    assert poll(condition, timeout=deadline, interval=0.05)
