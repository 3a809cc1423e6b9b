"""The reader's shell as the reader has it: one live interactive bash or zsh that every step is pasted into.

There is no ``set -e``, a failed line is followed by the next one, and what flows from a step to the next
is the shell's own. Where a step begins and ends is told by the shell's prompts (``typed.bash``,
``typed.zsh``): a mark that no step can know, on both of the terminals that standard output and standard
error are. Why there are two is in ``docs-dev/decisions/0703-a-step-typed-into-a-terminal.md``.

Checks are the harness's own. They run beside it, one bash each, with the variables and functions that
the live shell has after the step.
"""

from __future__ import annotations

import base64
import secrets
import shlex
import signal
import time
from collections.abc import Callable
from importlib.resources import files

from walkthrough.errors import UserError
from walkthrough.machine import python
from walkthrough.machine.base import Cluster
from walkthrough.machine.result import Result
from walkthrough.machine.secretnames import Told, split
from walkthrough.machine.shell import Shell
from walkthrough.terminal.marks import Marks
from walkthrough.terminal.prompt import ShellTerminal
from walkthrough.terminal.screen import shown
from walkthrough.terminal.session import CTRL_C, RELAY, TAKEN

#: Seconds that the shell may take to start, and to come back to its prompt after it was interrupted.
_START, _SLOW, _GRACE = 60.0, 60.0, 3.0


class TypedShell(Shell):
    """A :class:`~walkthrough.machine.shell.Shell` whose steps are pasted into a terminal.

    :param program: ``bash`` or ``zsh``.
    """

    def __init__(self, cluster: Cluster, name: str, program: str) -> None:
        super().__init__(cluster, name)
        self.program = program
        self._nonce = secrets.token_hex(16)
        self._marks = Marks(self._nonce)
        self._terminal: ShellTerminal | None = None
        #: What the shell was told to watch.
        self._watching = ""
        #: Lines that the shell has read so far, as it counts them.
        self._lines = 0

    def start(self, kept: str | None = None) -> None:
        """See :meth:`Shell.start`; and put what holds the terminal on the machine.

        :raises UserError: the machine has no such shell, or no Python.
        """
        super().start(kept)
        rc = files("walkthrough.terminal").joinpath(f"typed.{self.program}").read_bytes()
        for name, content in (
            ("relay.py", RELAY.read_bytes()),
            ("typed.bash" if self.program == "bash" else ".zshrc", rc),
        ):
            self._own(["bash", "-c", f"cat >'{self.folder}/{name}'"], content)
        self._python = python.find(self.cluster)
        self._open()

    def run(self, name: str, body: str, *, timeout: float, save: bool = True, merge: bool = False) -> Result:
        """Paste a step and wait for the prompt; a check (``save=False``) runs beside it."""
        if not save:
            return super().run(name, body, timeout=timeout, save=False, merge=merge)
        if self._terminal is None:
            self._open()
        self._tell_names(body)
        if merge:
            self._control("exec 2>&1")
        result = self._paste(body, timeout)
        if merge and self._terminal is not None:
            self._control('exec 2>"$__walkthrough_err"')
        return result

    def close(self) -> None:
        """Close the terminal, then as :meth:`Shell.close`."""
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None
            self.cluster.kill(self._id)
        super().close()

    def _open(self) -> None:
        code, program, _ = self._own(["bash", "-c", f"command -v {self.program}"], b"")
        if code != 0:
            raise UserError(
                f"the cluster's machine has no {self.program}",
                where=self.cluster.provider,
                fix=f"install {self.program} there, or type the steps into another shell",
            )
        program = program.strip()
        variables = {
            "WALKTHROUGH_STEP": self._id,
            "WALKTHROUGH_NONCE": self._nonce,
            "TERM": "xterm-256color",
            "SHELL": program,
        }
        shell = [program, "--rcfile", f"{self.folder}/typed.bash", "-i"]
        if self.program == "zsh":
            variables["ZDOTDIR"] = self.folder
            shell = [program, "-i"]
        command = ["env", *(f"{name}={value}" for name, value in variables.items())]
        command += [*self._python, f"{self.folder}/relay.py", "two", *shell]
        self._terminal = ShellTerminal(self.cluster.argv(command), self._marks)
        self._lines, self._watching = 0, ""
        if not self._terminal.wait(self._terminal.ready, _START):
            said = self._terminal.out + self._terminal.err
            self._terminal.close()
            self._terminal = None
            raise UserError(
                f"an interactive {self.program} on the cluster's machine did not come to its prompt: "
                f"{shown(bytes(said)).decode(errors='replace').strip() or 'it says nothing'}",
                where=self.cluster.provider,
            )
        self._tell_names("")
        self._after()

    def _paste(self, body: str, timeout: float) -> Result:
        terminal = self._live()
        terminal.forget()
        first = self._lines + 1
        started = time.monotonic()
        terminal.paste(body)
        done = terminal.wait(lambda: terminal.back() or terminal.waits(), timeout)
        if terminal.back():
            # What it printed may still be on its way; after a line that it did not take it tells no end.
            late = _GRACE if terminal.told(b"begin") else 0.2
            terminal.wait(terminal.ready, _START if terminal.came_to_its_end() else late)
        seconds = time.monotonic() - started
        waits = terminal.waits() and not terminal.ready()
        if waits or (not done and terminal.ended is None):
            # A shell that waits for more comes back by itself; a program may not care.
            self._interrupt(_SLOW if waits else _GRACE)
        complaint, code = "", terminal.code()
        if terminal.ended is not None:
            complaint = f"it closed the reader's terminal (exit code {terminal.ended})"
        elif waits:
            complaint = f"{self.program} waits for more after it: something is not closed"
        elif not terminal.told(b"begin"):
            stream = bytes(terminal.err).rpartition(TAKEN)[2]
            said = shown(self._marks.without(stream)).decode(errors="replace").strip()
            complaint = f"{self.program} took none of it: {said}"
        failed = [
            (int(line) - first + 1, int(status))
            for status, line in (arguments.split() for arguments in terminal.told(b"failed"))
        ]
        out, err = map(self._marks.printed, terminal.streams())
        told = self._after() if terminal.ended is None else self._secrets_told()
        if terminal.ended is not None:
            terminal.close()
            self._terminal = None
        return Result(
            None if not done else code,
            out,
            err,
            seconds,
            line=failed[0][0] if failed else None,
            saved=True,
            secrets=told.values,
            unmasked=told.unmaskable,
            complaint=complaint,
            went_on=tuple(each for each in failed if each[0] < body.rstrip("\n").count("\n") + 1),
        )

    def _tell_names(self, body: str) -> None:
        """Tell the shell which variables hold secrets, where that has changed."""
        watch = f"__walkthrough_watching {shlex.quote(self.secret_names.patterns)} "
        watch += " ".join(self.secret_names.watched(body))
        if watch != self._watching:
            self._control(watch)
            self._watching = watch

    def _after(self) -> Told:
        """Let the shell hand on its state, and tell its secrets."""
        self._control("__walkthrough_after")
        terminal = self._live()
        for arguments in terminal.told(b"after"):
            line, _, encoded = arguments.partition(b" ")
            self._lines = int(line)
            return split(base64.b64decode(encoded))
        return Told()

    def _control(self, command: str) -> None:
        """Type a line of the harness's own."""
        terminal = self._live()
        terminal.forget()
        terminal.press(f" {command}\r".encode())
        if not terminal.wait(terminal.ready, _START):
            raise UserError(
                f"the reader's {self.program} does not answer any more", where=self.cluster.provider
            )

    def _interrupt(self, patience: float) -> None:
        """Press Ctrl-C; end what does not care; at last, end all that runs in the terminal.

        :param patience: seconds to the prompt after Ctrl-C.
        """
        terminal = self._live()
        ends: tuple[Callable[[], None], ...] = (
            lambda: terminal.press(CTRL_C),
            lambda: terminal.signal(signal.SIGKILL),
            lambda: self.cluster.kill(self._id),
        )
        for end, seconds in zip(ends, (patience, _GRACE, _GRACE), strict=True):
            end()
            if terminal.wait(terminal.ready, seconds) or terminal.ended is not None:
                return
        terminal.close()
        terminal.ended = terminal.ended or 137

    def _live(self) -> ShellTerminal:
        assert self._terminal is not None
        return self._terminal
