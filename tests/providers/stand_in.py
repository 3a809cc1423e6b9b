"""Stand-ins for the tools that the providers call: they record the call and answer as the real ones do.

Usage: ``stand_in.py TOOL ARGUMENT…``, by way of the small scripts that ``conftest.py`` puts on PATH. The
folder ``STAND_IN`` holds their world: ``calls`` (one JSON list a line), ``snap/NAME/current`` and
``var/snap/NAME/common`` of what is installed, ``vms.json`` (name to state), and one file for each
misbehaviour that a test asks for, named as below.

The answers are those of the tools' documentation and sources as of Multipass 1.16, MicroK8s 1.36 and
snapd 2.6x: exit codes of snap (0, 1, and 10 for a change in progress), ``microk8s status`` that ends with
0 whether ready or not, Multipass' 2 for a failure, 5 for its own timeout, 255 for a broken connection,
and else the command's own code.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

WORLD = Path(os.environ["STAND_IN"])
VMS = WORLD / "vms.json"


def asked(misbehaviour: str) -> bool:
    return (WORLD / misbehaviour).exists()


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str, code: int = 1) -> int:
    print(text, file=sys.stderr, flush=True)
    return code


def hang() -> None:
    """What a program does whose peer never answers; a deadline keeps a broken test from staying."""
    time.sleep(120)


def sudo(args: list[str]) -> int:
    if asked("sudo-asks-password"):
        return fail("sudo: a password is required")
    os.execvp(args[0], args) if (args := [a for a in args if a != "-n"]) else None
    return 1


def sg(args: list[str]) -> int:
    group, flag, command = args
    assert flag == "-c"
    os.execvpe("/bin/sh", ["sh", "-c", command], {**os.environ, "STAND_IN_GROUP": group})
    return 1


def snap(args: list[str]) -> int:
    if asked("no-snapd"):
        return fail(
            "error: cannot list snaps: cannot communicate with server: Get "
            '"http://localhost/v2/snaps": dial unix /run/snapd.socket: connect: no such file or directory'
        )
    match args:
        case ["list", *names]:
            there = [name for name in names if (WORLD / "snap" / name / "current").is_symlink()]
            if not there:
                return fail("error: no matching snaps installed")
            say("Name      Version  Rev   Tracking     Publisher   Notes")
            for name in there:
                say(f"{name}  v1.36.1  8234  1.36/stable  canonical✓  classic")
            return 0
        case ["install", name, *_]:
            if (WORLD / "snap" / name / "current").is_symlink():
                print(f"snap \"{name}\" is already installed, see 'snap help refresh'", file=sys.stderr)
                return 0
            if asked("snap-install-fails"):
                return fail(f'error: unable to contact snap store, cannot install "{name}"')
            if asked("snap-install-hangs"):
                (WORLD / "hanging").touch()
                hang()
            for folder in (WORLD / "snap" / name, WORLD / "var/snap" / name / "common"):
                folder.mkdir(parents=True)
            (WORLD / "snap" / name / "current").symlink_to("8234")
            say(f"{name} (1.36/stable) v1.36.1 from Canonical✓ installed")
            return 0
        case ["remove", "--purge", name]:
            if asked("snap-busy"):
                (WORLD / "snap-busy").unlink()
                return fail(f'error: snap "{name}" has "install-snap" change in progress', 10)
            if not (WORLD / "snap" / name / "current").is_symlink():
                print(f'snap "{name}" is not installed', file=sys.stderr)
                return 0
            if asked("snap-remove-fails"):
                return fail(f'error: cannot perform the following tasks:\n- Remove data of "{name}"')
            subprocess.run(["rm", "-rf", WORLD / "snap" / name, WORLD / "var/snap" / name], check=True)
            say(f"{name} removed")
            return 0
    return fail(f"error: unknown command {args}", 64)


def microk8s(args: list[str]) -> int:
    if args[:1] != ["status"]:
        return fail(f"{args} is not a MicroK8s command.")
    if asked("never-ready"):
        say("microk8s is not running. Use microk8s inspect for a deeper inspection.")
        return 0
    say("microk8s is running\nhigh-availability: no\naddons:\n  enabled:\n    ha-cluster")
    return 0


def vms() -> dict[str, str]:
    return json.loads(VMS.read_text()) if VMS.exists() else {}


def multipass(args: list[str]) -> int:
    if args == ["version"]:
        say("multipass   " + ((WORLD / "version").read_text() if asked("version") else "1.16.1"))
        if not asked("no-multipassd"):
            say("multipassd  1.16.1")
        return 0
    if asked("no-multipassd"):
        return fail(
            f"{args[0]} failed: cannot connect to the multipass socket\nPlease ensure multipassd is running "
            "and '/var/snap/multipass/common/multipass_socket' is accessible",
            2,
        )
    known = vms()
    match args:
        case ["get", "client.primary-name"]:
            say("primary")
            return 0
        case ["list", "--format", "json"]:
            say(json.dumps({"list": [{"ipv4": [], "name": n, "state": s} for n, s in known.items()]}))
            return 0
        case ["launch", _, "--name", name, *_]:
            if name in known:
                return fail(f'launch failed: instance "{name}" already exists', 2)
            if asked("launch-hangs"):
                (WORLD / "hanging").touch()
                if asked("launch-goes-on"):
                    # The daemon makes the VM whatever becomes of its client.
                    VMS.write_text(json.dumps(known | {name: "Starting"}))
                hang()
            if asked("launch-no-memory"):
                return fail("launch failed: cannot set up guest memory 'pc.ram': Cannot allocate memory", 2)
            if asked("launch-times-out"):
                VMS.write_text(json.dumps(known | {name: "Running"}))
                return fail(
                    "launch failed: The following errors occurred:\n"
                    "timed out waiting for initialization to complete",
                    5,
                )
            VMS.write_text(json.dumps(known | {name: "Running"}))
            say(f"Launched: {name}")
            return 0
        case ["exec", name, "--working-directory", _, "--", *command]:
            if name not in known:
                return fail(f'exec failed: instance "{name}" does not exist', 2)
            if asked("ssh-broken"):
                return fail("exec failed: ssh connection failed: 'Timeout connecting to 10.1.2.3'", 255)
            home = WORLD / "vm-home"
            home.mkdir(exist_ok=True)
            # A login over SSH: a fresh environment, and a shell that gets the words quoted.
            inside = {name: os.environ[name] for name in ("PATH", "STAND_IN")} | {"HOME": str(home)}
            line = f"cd {shlex.quote(str(home))}&&{shlex.join(command)}"
            code = subprocess.call(["bash", "-c", line], env=inside)
            return 255 if code < 0 else code
        case ["delete", "--purge", name]:
            if name not in known:
                return fail(
                    f'delete failed: The following errors occurred:\ninstance "{name}" does not exist', 2
                )
            if asked("delete-fails"):
                return fail(f'delete failed: instance "{name}" is locked', 2)
            del known[name]
            VMS.write_text(json.dumps(known))
            return 0
    return fail(f"Unknown command: {args}", 1)


def kubectl(args: list[str]) -> int:
    """A cluster in a file: ``cluster.json`` maps the words after the options to [code, output]."""
    kubeconfig = os.environ.get("KUBECONFIG")
    words = []
    rest = iter(args)
    for word in rest:
        if word == "--kubeconfig":
            kubeconfig = next(rest)
        elif word in ("--context", "--namespace"):
            next(rest)
        elif not word.startswith("--request-timeout"):
            words.append(word)
    if asked("cluster-down") or not kubeconfig or not Path(kubeconfig).is_file():
        return fail(
            "The connection to the server localhost:8080 was refused - did you specify the right host?"
        )
    answers = json.loads((WORLD / "cluster.json").read_text())
    for start, (code, output) in answers.items():
        if " ".join(words).startswith(start):
            print(output, end="", file=sys.stderr if code else sys.stdout)
            return int(code)
    return fail(f"error: the stand-in has no answer to {words}")


def journalctl(args: list[str]) -> int:
    say("kubelite: node not ready: container runtime network not ready")
    return 0


def silent(args: list[str]) -> int:
    return 0


TOOLS = {
    "journalctl": journalctl,
    "kubectl": kubectl,
    "microk8s": microk8s,
    "multipass": multipass,
    "sg": sg,
    "snap": snap,
    "sudo": sudo,
    "update-ca-certificates": silent,
    "usermod": silent,
}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tool, arguments = sys.argv[1], sys.argv[2:]
    with (WORLD / "calls").open("a") as calls:
        calls.write(json.dumps([tool, *arguments]) + "\n")
    sys.exit(TOOLS[tool](arguments))
