"""The steps that write the VM's address into the hosts file of the machine outside it.

Nothing can run them for real here: they get a ``multipass`` that answers as Multipass does, and a ``sudo``
that notes.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.paths import SNIPPETS

#: ``src/client/cli/formatter/csv_formatter.cpp`` of canonical/multipass at v1.16.3, and of its next version.
RELEASED = """\
Name,State,IPv4,IPv6,Release,AllIPv4
other,Running,192.168.64.9,,Ubuntu 22.04 LTS,"192.168.64.9"
gitops,Running,192.168.64.2,,Ubuntu 24.04 LTS,"192.168.64.2,10.1.2.0"
"""
NEXT = """\
Name,State,IPv4,Release,AllIPv4,Zone,Zone available
gitops,Running,192.168.64.2,Ubuntu 24.04 LTS,"192.168.64.2,10.1.2.0",zone1,true
"""
#: Stopped, and behind VirtualBox' NAT.
NOWHERE = [RELEASED.replace("192.168.64.2,,", f"{said},,") for said in ("", "N/A")]
STEPS = ("hosts-linux", "hosts-macos")


def run(step: str, answer: str, folder: Path) -> tuple[list[str], str]:
    """What a step has done as root, a line each, and what it complained about."""
    tools = {
        "multipass": f'[ "$*" = "list --format csv" ] || exit 2\ncat {folder}/answer\n',
        "sudo": f'echo "$*" >> {folder}/done\n[ "$1" != tee ] || cat >> {folder}/done\n',
    }
    (folder / "answer").write_text(answer)
    (folder / "done").touch()
    for name, body in tools.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}")
        (folder / name).chmod(0o755)
    script = SNIPPETS / "cluster" / f"{step}.sh"
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", script], env=environment, capture_output=True, text=True, check=True)
    return (folder / "done").read_text().splitlines(), done.stderr


@pytest.mark.parametrize("answer", [RELEASED, NEXT], ids=["1.16", "next"])
@pytest.mark.parametrize("step", STEPS)
def test_the_address_of_the_vm_replaces_the_old_line(step: str, answer: str, tmp_path: Path) -> None:
    lines, complaint = run(step, answer, tmp_path)
    assert complaint == ""
    assert lines[0].startswith("sed -i")
    assert lines[0].endswith(r"/# gitops\.test$/d /etc/hosts")
    assert lines[1:2] == ["tee -a /etc/hosts"]
    names = " ".join(f"{name}.gitops.test" for name in ("nyan", "gitea", "argocd", "drone"))
    assert lines[2:] == [f"192.168.64.2 {names} # gitops.test"]


@pytest.mark.parametrize("answer", ["", *NOWHERE], ids=["no VM", "stopped", "behind NAT"])
@pytest.mark.parametrize("step", STEPS)
def test_without_an_address_the_file_stays_as_it_is(step: str, answer: str, tmp_path: Path) -> None:
    lines, complaint = run(step, answer, tmp_path)
    assert lines == []
    assert complaint == "gitops has no address yet, see: multipass list\n"
