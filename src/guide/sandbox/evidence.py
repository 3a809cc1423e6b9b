"""What the embedded cluster alone knows about a failure: its programs' logs, what was asked for in vain."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from guide.paths import state_dir
from guide.sandbox.components import components
from guide.sandbox.outside import UNANSWERED
from guide.sandbox.state import State
from guide.sandbox.status import FILE, Phase

#: Enough to see what is wrong, little enough to be read.
LINES = 15

# An error or a fatal end, as Kubernetes' programs, containerd and etcd write them.
_ERROR = re.compile(r'^[EF]\d{4} |level=(error|fatal)|"level":"(error|fatal|panic)"|^panic: ')
_NO_NAME = re.compile(r'"(?:A|AAAA) IN (\S+)\. \w+ \d+ .*NXDOMAIN')
#: As sandbox/network-policies writes it.
_DROPPED = re.compile(r"\] dropped: (.*)")
_NO_IMAGE = re.compile(r'"(?:GET|HEAD) /v2/(\S+)/manifests/([^?\s]+)\?ns=(\S+) HTTP/1\.1" 404')


def collect(state: State, logs: Path | None = None) -> str:
    """What there is to say; empty for a cluster that never was.

    :param logs: where all logs will be when a person looks for them; the cluster's own folder by default.
    """
    status = state.read(FILE)
    if not status:
        return ""
    parts = []
    if status["phase"] != Phase.RUNNING:
        parts.append(f"the node is {status['phase']}" + (f": {status['error']}" if status["error"] else ""))
    restarts = status["restarts"]
    if restarts:
        told = ", ".join(f"{name} {times} times" for name, times in restarts.items())
        parts.append(f"the node's programs ended and were started again: {told}")
    asked = [*_in_vain(state.logs)]
    if asked:
        lines = "\n".join(f"  {line}" for line in dict.fromkeys(asked))
        parts.append(f"asked for, and not there in the sandbox:\n{lines}")
    if dropped := list(dict.fromkeys(_dropped(state.logs))):
        lines = "\n".join(f"  {line}" for line in reversed(dropped[:LINES]))
        parts.append(f"dropped, because NetworkPolicies do not allow it:\n{lines}")
    if restarts or status["phase"] != Phase.RUNNING:
        for component in components():
            text = errors(state.logs / f"{component.name}.log")
            if text:
                parts.append(f"errors of {component.name}:\n{text}")
    if parts:
        parts.append(f"all logs are in {logs or state.logs}")
    return "\n\n".join(parts)


def tail(path: Path, lines: int) -> str:
    """The last lines of a log; nothing where there is none."""
    return "\n".join(_lines(path)[-lines:])


def errors(path: Path) -> str:
    """The last errors in a log, or its end where it names none as such."""
    lines = _lines(path)
    return "\n".join(([line for line in lines if _ERROR.search(line)] or lines)[-LINES:])


def _in_vain(logs: Path) -> Iterator[str]:
    """Addresses, images and names that something asked for and did not get."""
    yield from _lines(logs / UNANSWERED)
    for line in _lines(logs / "mirror.log"):
        if match := _NO_IMAGE.search(line):
            name, reference, registry = match.groups()
            separator = "@" if ":" in reference else ":"
            yield f"the image {registry}/{name}{separator}{reference}: sandbox/images.toml does not list it"
    for line in _lines(logs / "names.log"):
        if match := _NO_NAME.search(line):
            yield f"the host name {match[1]}: only hosts of pinned files have an address"


def _dropped(logs: Path) -> Iterator[str]:
    """Who was not let through to whom, the last one first."""
    for line in reversed(_lines(logs / "network-policies.log")):
        if match := _DROPPED.search(line):
            yield match[1]


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines() if path.is_file() else []


def keep_logs(state: State) -> Path | None:
    """A copy of the logs that outlasts the cluster: whoever is told of them looks when it is gone."""
    kept = state_dir() / "logs" / state.name
    shutil.rmtree(kept, ignore_errors=True)
    try:
        kept.mkdir(parents=True, mode=0o700)
        for log in state.logs.glob("*.log"):
            shutil.copyfile(log, kept / log.name)
    except OSError:
        shutil.rmtree(kept, ignore_errors=True)
        return None  # the disk may be what is wrong
    return kept
