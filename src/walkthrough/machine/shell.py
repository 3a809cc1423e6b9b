"""Runs steps: one bash process each, with the state of the shell carried from one to the next.

What flows from a step to the next: the working folder and the stack of folders, variables (plain, exported,
arrays, those without a value), functions, aliases, ``shopt`` and ``set`` options, the umask. Which variables
do not, and why, stands in ``driver.bash``. The state is kept in a file on the cluster's machine, written also
when the step calls ``exit`` or fails, read back, and replaced in one move, so that a step that is killed
cannot damage it. Where that fails, or the step leaves the shell in a folder that is gone, it is this step
that has failed. What does not flow: ``errexit``, ``nounset`` and ``pipefail`` are on at the start of every
step, ``xtrace`` and ``verbose`` off; traps (an ``EXIT`` trap runs at the end of its own step), jobs, ``$!``,
``$?``, limits (``ulimit``), open file descriptors and positional parameters belong to one step. As in the
reader's own shell, aliases are expanded.

A step's output ends where its shell ends. What a process that it left in the background prints later is
read and thrown away; the process itself lives on until :meth:`Shell.close`.
"""

from __future__ import annotations

import base64
import re
import secrets
import shlex
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files

from walkthrough.errors import UserError
from walkthrough.interrupts import signals_held
from walkthrough.machine.base import Cluster
from walkthrough.machine.result import Result
from walkthrough.machine.running import GRACE, Running
from walkthrough.machine.secretnames import Named, Told, split

#: The folder of the state on the cluster's machine, in bash.
_FOLDER = '"${{XDG_STATE_HOME:-$HOME/.local/state}}/walkthrough/chain-{name}"'

#: What becomes of that folder at the beginning.
_FORGET = 'rm -rf "$d"'
_TAKE = 'k={kept}; [ "$k" = "$d" ] || {{ rm -rf "$d"; mv "$k" "$d"; }}; [ -d "$d/steps" ]'

#: What the driver says where it has not handed the state on.
_NOT_SAVED = {
    "folder": "it leaves the shell in a folder that is gone, or cannot be entered again",
    "gone": "the folder that the shell was in is gone since the step before it ended",
    "function": "bash prints the function {} in a form that it cannot read again: let nothing follow a "
    "heredoc on its line, but say what comes then on a line after it",
    "state": "the shell's state after it could not be written, or not be read back",
}

_END = "END-OF-THE-CHECK"

#: Seconds that the harness's own short commands on the machine may take.
_OWN = 60.0


class Shell:
    """The reader's shell on a cluster's machine, one step at a time.

    :param cluster: runs the processes; it must be ready.
    :param name: tells chains on one machine apart.
    """

    def __init__(self, cluster: Cluster, name: str = "guide") -> None:
        if not re.fullmatch(r"[\w.-]+", name):
            raise UserError(f"{name!r} cannot be the name of a chain", fix="use letters, digits, - and _")
        self.cluster = cluster
        self.name = name
        self.folder = ""
        #: Which variables hold secrets.
        self.secret_names = Named()
        self._count = 0
        self._id = secrets.token_hex(4)
        self._left_running: list[Running] = []

    def start(self, kept: str | None = None) -> None:
        """Put the driver on the machine, and begin with a fresh shell: forget any earlier state.

        :param kept: go on instead with the state that the chain of this name has left on the machine.
        :raises UserError: the machine does not run bash, or has no such state.
        """
        driver = files("walkthrough.machine").joinpath("driver.bash").read_bytes()
        script = (
            f"set -eu; umask 077; d={_FOLDER.format(name=self.name)}; "
            f"{_FORGET if kept is None else _TAKE.format(kept=_FOLDER.format(name=kept))}; "
            'mkdir -p "$d/steps"; cat >"$d/driver"; : >"$d/after"; '
            "printf '%s\\n' '[[ ! -e ~/.bashrc ]] || . ~/.bashrc' "
            "'[[ ! -e ${BASH_SOURCE%/*}/state ]] || . \"${BASH_SOURCE%/*}/state\" >/dev/null 2>&1' "
            '\'[[ -z ${__walkthrough_cwd-} ]] || cd -- "$__walkthrough_cwd"\' >"$d/rc"; printf %s "$d"'
        )
        code, out, err = self._own(["bash", "-c", script], driver)
        if code != 0 or not out.startswith("/"):
            raise UserError(
                f"a shell on the cluster's machine cannot be opened: exit code {code}: {err.strip()}",
                where=self.cluster.provider,
                fix=f"see what this says: {' '.join(self.cluster.argv(['bash', '-c', 'echo $HOME']))}",
            )
        self.folder = out

    def run(self, name: str, body: str, *, timeout: float, save: bool = True, merge: bool = False) -> Result:
        """Run a step to its end.

        :param name: what bash calls it in its messages.
        :param timeout: seconds; then everything that it started is ended.
        :param save: whether the shell's state after it is the next step's.
        :param merge: put what it writes to standard error into standard output, in the order written.
        """
        self._count += 1
        marker, nonce = f"{self._id}-{self._count}", secrets.token_hex(16)
        watched = " ".join(self.secret_names.watched(body))
        command = ["env", f"WALKTHROUGH_STEP={marker}", "bash", f"{self.folder}/driver"]
        command += [
            nonce,
            name,
            "yes" if save else "no",
            "yes" if merge else "no",
            self.secret_names.patterns,
            watched,
        ]
        started = time.monotonic()
        running = None
        try:
            with signals_held():
                running = Running.begin(self.cluster, command, body.encode(), marker, nonce)
            done = running.wait(started + timeout)
        except BaseException:
            if running is not None:
                running.end()
            raise
        seconds = time.monotonic() - started
        if not done:
            running.end()
            running.wait(time.monotonic() + GRACE)
        return self._result(running, seconds, timed_out=not done)

    def end_left(self) -> None:
        """End what steps left running in the background, but not what has left a step's group and streams."""
        deadline = time.monotonic() + GRACE
        for running in self._left_running:
            if running.goes_on(deadline):
                running.end()
        self._left_running.clear()

    def close(self) -> None:
        """End what steps left running, in whichever way, and remove the state from the machine."""
        self.end_left()
        if self.folder:
            with suppress(UserError):
                # Also what left its step's group and streams: nobody has kept a list of it.
                self.cluster.kill(f"{self._id}-")
                self._own(["rm", "-rf", self.folder], b"")

    def _result(self, running: Running, seconds: float, *, timed_out: bool) -> Result:
        out, err = running.out, running.err
        if err.trailer is None:
            # The driver was killed, or the provider could not start it.
            code, saved, line, background = running.process.wait(), "no", "0", "yes"
            code = code if code >= 0 else 128 - code
            told = self._secrets_told()
        else:
            status, saved, line, background, encoded = err.trailer.decode().split(",")
            code, told = int(status), split(base64.b64decode(encoded))
        reason, _, name = saved.partition(":")
        running.background = background == "yes"
        if running.left:
            self._left_running.append(running)
        return Result(
            None if timed_out else code,
            out.captured,
            err.captured,
            seconds,
            line=int(line) or None,
            saved=saved == "yes",
            secrets=told.values,
            unmasked=told.unmaskable,
            complaint=_NOT_SAVED.get(reason, "").format(name),
        )

    def _secrets_told(self) -> Told:
        """What a step told of its secrets while it ran, where it did not come to its end."""
        try:
            _, encoded, _ = self._own(["bash", "-c", f"base64 -w0 <'{self.folder}/secrets'"], b"")
        except UserError:
            return Told()
        return split(base64.b64decode(encoded))

    def _own(self, command: Sequence[str], stdin: bytes) -> tuple[int, str, str]:
        try:
            done = subprocess.run(
                self.cluster.argv(command), input=stdin, capture_output=True, timeout=_OWN, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(
                f"the cluster's machine cannot be reached: {error}", where=self.cluster.provider
            ) from error
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def interactive(name: str = "guide") -> list[str]:
    """The command, for :meth:`Cluster.argv`, that opens a shell where the last step of a chain ended."""
    script = (
        f'rc={_FOLDER.format(name=name)}/rc; [ -e "$rc" ] && exec bash --rcfile "$rc" -i; exec bash --login'
    )
    return ["bash", "-c", script]


def in_python(cluster: Cluster, body: str) -> str:
    """A check in Python as a step of bash, which gives it the reader's folder and exported variables."""
    return f"{shlex.join(cluster.python())} - <<'{_END}'\n{body}{_END}\n"
