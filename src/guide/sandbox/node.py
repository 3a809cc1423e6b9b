"""The machine's first process: builds the machine, runs the node, and ends everything by ending.

Started by :mod:`guide.sandbox.provider` in namespaces of its own.
"""

from __future__ import annotations

# What Python would load only when it is first used has to be here before the machine hides this one's homes.
import encodings.idna  # noqa: F401
import json
import os
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path

# The same: a certificate is renewed long after that.
import cryptography.hazmat.backends.openssl.backend  # noqa: F401

from guide.sandbox import layout, machine
from guide.sandbox.files import File
from guide.sandbox.status import Status
from guide.sandbox.supervisor import Supervisor


def main(specification: str, lock: str) -> None:
    """Run the node until it is told to end.

    :param specification: the path of the JSON file that the provider wrote.
    :param lock: the descriptor of the cluster's lock, held for as long as this process lives.
    """
    os.set_inheritable(int(lock), False)
    os.umask(0o022)
    folder = Path(specification).parent
    spec = json.loads(Path(specification).read_text())
    # This is still the old /proc: it knows the process by the number that others see.
    status = Status(folder, int(Path("/proc/self").readlink().name))
    try:
        outside = start_outside(folder / "outside/outside.json", folder / "logs/outside.log")
        logs = os.open(folder / "logs", os.O_RDONLY | os.O_DIRECTORY)
        machine.build(
            machine.Plan(
                folder=folder,
                binaries={name: Path(path) for name, path in spec["binaries"].items()},
                commands=Path(spec["commands"]),
                shown={Path(there): Path(here) for there, here in spec["shown"].items()},
                addons=spec["addons"],
                files=[File(**file | {"path": Path(file["path"])}) for file in spec["files"]],
            )
        )
        _connect(outside)
        Supervisor(status, logs, outside.pid, watch_parent=spec["watch_parent"]).run()
    except Exception as error:
        status.fail("".join(traceback.format_exception_only(error)).strip())
        traceback.print_exc()
        raise SystemExit(1) from error


def start_outside(specification: Path, log: Path) -> subprocess.Popen[str]:
    """Start what answers outside the machine: it keeps seeing this one's files, and gets its own network."""
    with log.open("a") as opened:
        outside = subprocess.Popen(
            [
                *("unshare", "--mount", "--net", "--propagation", "private", "--"),
                *("sh", "-c", 'echo apart; exec "$@"', "sh"),
                *(sys.executable, "-P", "-m", "guide.sandbox.outside", str(specification)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=opened,
            text=True,
        )
    # Until then it shares this process' mounts, and a change of their root would be its own as well.
    _expect(outside, "apart")
    return outside


def _connect(outside: subprocess.Popen[str]) -> None:
    """Lay the one wire between the machine and what is outside it."""
    _expect(outside, "ready")
    commands = [
        "link set lo up",
        f"link add eth0 type veth peer name eth0 netns {outside.pid}",
        f"addr add {layout.NODE_ADDRESS}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {layout.OUTSIDE_ADDRESS} dev eth0",
    ]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True, check=True)
    bridged = (f"net/bridge/bridge-nf-call-{tables}" for tables in ("iptables", "ip6tables"))
    for setting in ("net/ipv4/ip_forward", *bridged):
        # Without the bridge's module there is no such setting; preflight has tried to load it.
        with suppress(FileNotFoundError):
            Path("/proc/sys", setting).write_text("1")
    assert outside.stdin is not None
    outside.stdin.write("go\n")
    outside.stdin.flush()
    _expect(outside, "serving")


def _expect(outside: subprocess.Popen[str], word: str) -> None:
    assert outside.stdout is not None
    if outside.stdout.readline().strip() != word:
        raise RuntimeError(f"what answers outside the machine ended before it was {word}")


if __name__ == "__main__":
    main(*sys.argv[1:])
