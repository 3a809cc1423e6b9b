"""The Go compiler on this machine: found, checked, and run in a clean environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import polite
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.progress import Task

#: Where Go's own installer and distributions put it. ``sudo`` drops both from the search path.
ELSEWHERE = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")

OTHERS = "or take another cluster with --cluster microk8s, multipass or kubeconfig"

#: How long Go may take to say its version, seconds: it may fetch a newer one of itself first.
_ANSWER = 300.0

# What 'go build -v' prints for each package, as opposed to an error.
_PACKAGE = re.compile(r"[\w.~/-]+")


@dataclass(frozen=True)
class Toolchain:
    """A Go compiler that is new enough.

    :param go: the ``go`` command.
    :param version: as Go says it, ``go1.26.8``.
    :param arch: Go's name of this machine's processor, ``amd64``.
    """

    go: Path
    version: str
    arch: str

    @classmethod
    def find(cls, module: Path) -> Toolchain:
        """The compiler for the module in the folder ``module``.

        :raises UserError: there is no Go, it does not start, or it is older than ``go.mod`` asks for.
        """
        minimum = minimum_version(module)
        wanted = f"install Go {minimum} or later (https://go.dev/dl/), {OTHERS}"
        found = shutil.which("go") or next((path for path in ELSEWHERE if os.access(path, os.X_OK)), None)
        if found is None:
            raise UserError(
                "the embedded cluster is built with Go, and there is no 'go' command here",
                where=f"PATH={os.environ.get('PATH', '')}",
                fix=wanted,
            )
        try:
            # In the module's folder: a Go that may fetch a newer one of itself does so here.
            asked = subprocess.run(
                [found, "env", "-json", "GOVERSION", "GOARCH"],
                cwd=module,
                env=environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_ANSWER,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"'go env' does not run: {error}", where=found, fix=wanted) from None
        if asked.returncode != 0:
            why = asked.stderr.strip() or f"it ends with {asked.returncode} and says nothing"
            raise UserError(f"'go env' fails: {why}", where=found, fix=wanted)
        try:
            said = {name: str(value) for name, value in dict(json.loads(asked.stdout)).items()}
            version, arch = said["GOVERSION"], said["GOARCH"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UserError(
                f"'go env' does not say its version, but {asked.stdout[:80]!r}", where=found, fix=wanted
            ) from None
        if _numbers(version) < _numbers(minimum):
            raise UserError(
                f"the embedded cluster needs Go {minimum} or later, and this is {version}",
                where=found,
                fix=wanted,
            )
        return cls(Path(found), version, arch)

    def build(
        self,
        module: Path,
        arguments: Sequence[str],
        output: Path,
        log: Path,
        task: Task,
        experiments: Sequence[str] = (),
    ) -> None:
        """Run ``go build`` in the folder ``module`` and write the program to ``output``.

        However it is interrupted, no compiler runs on.

        :param log: gets all that the compiler says.
        :param experiments: what upstream builds with of ``GOEXPERIMENT``; the user's own is not taken.
        :raises UserError: it does not compile.
        """
        log.write_text("", encoding="utf-8")
        command = [str(self.go), "build", "-v", "-o", str(output), *arguments]
        env = environment()
        if experiments:
            env["GOEXPERIMENT"] = ",".join(experiments)
        ended = polite.run(command, cwd=module, env=env, log=log, task=task, note=_note)
        if ended.code != 0:
            raise UserError(
                f"{arguments[-1]} does not build: go ended with {ended.code}\n{ended.tail}",
                where=f"{module}; all that the compiler said is in {log}",
                fix="mend what it says; where modules cannot be fetched, see to the network or set GOPROXY",
            )


def minimum_version(module: Path) -> str:
    """The Go version that a module's ``go.mod`` asks for, ``1.26.3``."""
    path = module / "go.mod"
    match = re.search(r"^go (\S+)$", read_text(path), re.MULTILINE)
    if match is None:
        raise UserError("go.mod names no Go version", where=str(path), fix="add a line like 'go 1.26.3'")
    return match[1]


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """``base`` without what would make the same source build to something else.

    Where modules come from and where Go caches (``GOPROXY``, ``GOCACHE`` …) stays the user's choice.
    """
    ours = {
        "CGO_ENABLED": "0",
        "GOOS": "linux",
        # Not empty: Go would then take the value that 'go env -w' may have written.
        "GOFLAGS": "-mod=readonly",
        "GOWORK": "off",
    }
    strange = {"GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GODEBUG", "GOROOT", "GO111MODULE"}
    return {name: value for name, value in base.items() if name not in strange} | ours


def _note(line: str) -> str:
    return (
        line.removeprefix("go: ") if _PACKAGE.fullmatch(line) or line.startswith("go: downloading ") else ""
    )


def _numbers(version: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(number or 0) for number in match.groups()) if match else (0,)
