"""Makes the machine and keeps it: from outside, where it writes down what the machine's first process tells.

Started by :mod:`guide.sandbox.provider`. Nothing of this process is in the machine: neither its files nor its
number. When it ends, the machine does; and when the machine ends, it does.
"""

from __future__ import annotations

# What Python would load only when it is first used has to be here before the machine hides this one's homes.
import encodings.idna  # noqa: F401
import json
import os
import resource
import selectors
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path

# The same: a certificate is renewed long after that.
import cryptography.hazmat.backends.openssl.backend  # noqa: F401

from guide.sandbox import cgroups, layout, machine, mounts
from guide.sandbox import namespaces as ns
from guide.sandbox.components import components
from guide.sandbox.files import File
from guide.sandbox.mounts import Flag
from guide.sandbox.namespaces import Kind, Realm
from guide.sandbox.status import Phase, Record, Status
from guide.sandbox.supervisor import Supervisor

LOG = os.O_WRONLY | os.O_CREAT | os.O_APPEND
#: Open files: what the kubelet asks for, and its machine's root may not raise by itself.
FILES = 1_048_576


def main(specification: str, lock: str) -> None:
    """Make the machine and keep it until it, or who wanted it, ends.

    :param specification: the path of the JSON file that the provider wrote.
    :param lock: the descriptor of the cluster's lock, held for as long as this process lives.
    """
    os.set_inheritable(int(lock), False)
    os.umask(0o022)
    ns.take_in_orphans()
    ns.forget_keys()
    _allow_files()
    folder = Path(specification).parent
    spec = json.loads(Path(specification).read_text())
    record = Record(folder, os.getpid())
    try:
        plan = machine.Plan(
            folder=folder,
            binaries={name: Path(path) for name, path in spec["binaries"].items()},
            commands=Path(spec["commands"]),
            shown={Path(there): Path(here) for there, here in spec["shown"].items()},
            addons=spec["addons"],
            files=None
            if spec["files"] is None
            else [File(**file | {"path": Path(file["path"])}) for file in spec["files"]],
        )
        group = cgroups.Group(spec["group"])
        realm = _realm(plan)
        group.hand_over(realm.first)
        group.enter_leaves(realm.holder, os.getpid())
        outside = start_outside(folder / "outside/outside.json", folder / "logs/outside.log")
        _connect(outside, realm, spec["address"])
        channel, told = socket.socketpair()
        record.learn(outside=outside.pid, own_users=realm.first != 0)
        _begin(plan, realm, told)
        told.close()
        _keep(record, channel, outside, realm, watch_parent=spec["watch_parent"])
    except Exception as error:
        record.learn(error=_brief(error), phase=Phase.FAILED)
        traceback.print_exc()
        raise SystemExit(1) from error


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        most = int(Path("/proc/sys/fs/nr_open").read_text())
        # Root of a container, say, may not; what it has been given is the most then.
        with suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, max(hard, min(FILES, most))))


def start_outside(specification: Path, log: Path) -> subprocess.Popen[str]:
    """Start what answers outside the machine: in its own network, and it ends with this process."""
    with log.open("a") as opened:
        return subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", "--"),
                *("unshare", "--net", "--pid", "--fork", "--kill-child", "--"),
                *(sys.executable, "-P", "-m", "guide.sandbox.outside", str(specification)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=opened,
            text=True,
        )


def _realm(plan: machine.Plan) -> Realm:
    """Namespaces whose root is nobody here, if the file systems can be shown with its owners."""
    realm = Realm.create(ns.FIRST_USER, ns.USERS)
    separate = machine.separate_folders(Path("/proc/self/mountinfo").read_text())
    if all(mounts.can_change_owners(path, realm.users) for path in ("/", *separate)):
        return realm
    realm.release()
    return Realm.create(0, ns.EVERY_USER)


def _connect(outside: subprocess.Popen[str], realm: Realm, address: str) -> None:
    """Lay the one wire between the machine, which has ``address``, and what is outside it."""
    _expect(outside, "ready")
    commands = [
        "link set lo up",
        f"link add eth0 type veth peer name eth0 netns {outside.pid}",
        f"addr add {address}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {layout.OUTSIDE_ADDRESS} dev eth0",
    ]
    network = ["nsenter", f"--net=/proc/{realm.holder}/ns/net", "--", "ip", "-batch", "-"]
    subprocess.run(network, input="\n".join(commands) + "\n", text=True, check=True)
    assert outside.stdin is not None
    outside.stdin.write("go\n")
    outside.stdin.flush()
    _expect(outside, "serving")


def _expect(outside: subprocess.Popen[str], word: str) -> None:
    assert outside.stdout is not None
    if outside.stdout.readline().strip() != word:
        raise RuntimeError(f"what answers outside the machine ended before it was {word}")


def _begin(plan: machine.Plan, realm: Realm, told: socket.socket) -> None:
    """Build the machine in a process of its own, and start the machine's first process in it."""
    logs = {
        component.name: os.open(plan.folder / f"logs/{component.name}.log", LOG, 0o644)
        for component in components()
    }
    if os.fork() == 0:
        status = Status(told)
        try:
            ns.unshare(Kind.MOUNT)
            mounts.mount("none", "/", flags=Flag.PRIVATE | Flag.RECURSIVE)
            machine.build(plan, realm)
            ns.unshare(Kind.PID)
            if os.fork() == 0:
                # This is still the old /proc: it knows the process by the number that others see.
                status.tell(pid=int(Path("/proc/self").readlink().name))
                machine.settle(plan, realm)
                _let_go({told.fileno(), *logs.values()})
                Supervisor(status, logs).run()
            os._exit(0)
        except Exception as error:
            status.tell(error=_brief(error), phase=Phase.FAILED)
            traceback.print_exc()
            os._exit(1)
    for log in logs.values():
        os.close(log)


def _let_go(kept: set[int]) -> None:
    """Close all of this machine's files but those that are named: a folder would be a way out."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    for name in list(Path("/proc/self/fd").iterdir()):
        if (descriptor := int(name.name)) not in kept | {0, 1, 2}:
            with suppress(OSError):
                os.close(descriptor)


def _keep(
    record: Record,
    channel: socket.socket,
    outside: subprocess.Popen[str],
    realm: Realm,
    *,
    watch_parent: bool,
) -> None:
    """Write down what the machine tells, until its end or that of the process that started this one."""
    held = [realm]
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.register(os.pidfd_open(outside.pid), selectors.EVENT_READ, outside)
        if watch_parent:
            # Nothing is ever written to it: it becomes readable when its other end is gone.
            selector.register(0, selectors.EVENT_READ, sys.stdin)
        lines = b""
        while True:
            for key, _ in selector.select():
                if key.data is sys.stdin:
                    return
                if key.data is outside:
                    selector.unregister(key.fileobj)
                    what = "what answers outside the machine has ended; see outside.log"
                    record.learn(error=what, phase=Phase.FAILED)
                    continue
                received = channel.recv(65536)
                if not received:
                    return
                *whole, lines = (lines + received).split(b"\n")
                for line in whole:
                    news = json.loads(line)
                    record.learn(**news)
                    if held and news.get("phase"):
                        held.pop().release()


def _brief(error: Exception) -> str:
    return "".join(traceback.format_exception_only(error)).strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
