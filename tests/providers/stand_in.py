"""Stand-ins for multipass and kubectl: they record the call and answer as the real ones do.

Usage: ``stand_in.py TOOL ARGUMENT…``, by way of the small scripts that :mod:`.machine` puts on
PATH; ``stand_in.sh`` does the same for the other tools. The folder ``STAND_IN`` holds their world:
``calls`` (each word ends with the byte 1F, each call with 1E), ``snap/NAME/current`` and
``var/snap/NAME/common`` of what is installed, ``vms.json`` (name to state), and one file for each
misbehaviour that a test asks for, named as below.

The answers are those of the documentation and sources of Multipass 1.16: 2 for a failure, 5 for its own
timeout, 255 for a broken connection, and else the exit code of the command in the VM.
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


def vms() -> dict[str, str]:
    return json.loads(VMS.read_text()) if VMS.exists() else {}


def addresses() -> list[str]:
    """The VM's address now, and after each restart."""
    return json.loads((WORLD / "addresses").read_text()) if asked("addresses") else []


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
            # What MicroK8s adds for pods is listed behind the VM's own.
            own = [*addresses()[:1], "10.1.152.128"]
            say(json.dumps({"list": [{"ipv4": own, "name": n, "state": s} for n, s in known.items()]}))
            return 0
        case ["restart", name]:
            if name not in known:
                return fail(f'restart failed: instance "{name}" does not exist', 2)
            (WORLD / "addresses").write_text(json.dumps(addresses()[1:]))
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


TOOLS = {"kubectl": kubectl, "multipass": multipass}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with (WORLD / "calls").open("a") as calls:
        calls.write("".join(f"{word}\x1f" for word in sys.argv[1:]) + "\x1e")
    sys.exit(TOOLS[sys.argv[1]](sys.argv[2:]))
