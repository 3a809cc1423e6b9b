"""A virtual machine of Multipass': the commands to it, and what Multipass says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from guide.clusters import printed
from guide.clusters.pins import pin
from walkthrough.machine.command import Result, run

CPUS = "4"
MEMORY = "8G"
DISK = "40G"
#: Seconds that Multipass gives the VM to start and cloud-init to finish; the image's download is before.
LAUNCH_TIMEOUT = 900

USER = "ubuntu"
HOME = f"/home/{USER}"

_LIST = "start the Multipass service, and see `multipass list`"


class VM:
    """One of them, whether it is there or not."""

    def __init__(self, name: str) -> None:
        self.name = name

    def launch(self) -> list[str]:
        """The command that makes the VM."""
        return [
            *("multipass", "launch", pin("multipass", "image"), "--name", self.name),
            *("--cpus", CPUS, "--memory", MEMORY, "--disk", DISK, "--timeout", str(LAUNCH_TIMEOUT)),
        ]

    def delete(self) -> list[str]:
        """The command that removes the VM and its disk."""
        return ["multipass", "delete", "--purge", self.name]

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` in the VM, as the reader's user, in that user's home.

        Multipass quotes each word for the VM's shell, except after ``sudo`` together with a working
        directory; it asks for a terminal only when its own output is one. A command that a signal
        ended has no exit code over SSH and would come out as 255: the shell around it makes it
        128 + the signal's number.
        """
        return [
            *("multipass", "exec", self.name, "--working-directory", HOME, "--"),
            *("sh", "-c", '"$@"; exit "$?"', "step", *command),
        ]

    def restart(self) -> list[str]:
        """The command that restarts the VM."""
        return ["multipass", "restart", self.name]

    def run(self, command: Sequence[str], timeout: float) -> Result:
        """Run a command in the VM, whatever its exit code."""
        return run(self.argv(command), timeout=timeout, check=False)

    def must(self, command: Sequence[str], timeout: float) -> None:
        """Run a command in the VM that has to succeed."""
        run(self.argv(command), timeout=timeout)

    def remove(self) -> None:
        """Delete and purge it; one that is not there is none."""
        result = run(self.delete(), timeout=300, check=False)
        if result.code != 0 and "does not exist" not in result.stderr:
            raise result.error(fix="delete it by hand with this command, and see `multipass list`")

    def state(self) -> str | None:
        """The VM's state as Multipass names it (also ``Deleted``), nothing where there is none."""
        known = self._known()
        return None if known is None else str(known.get("state", "unknown"))

    def addresses(self) -> list[str]:
        """The VM's own, first; what MicroK8s adds for pods comes and goes, and is not asked for."""
        return [str(address) for address in ((self._known() or {}).get("ipv4") or [])[:1]]

    def _known(self) -> dict[str, Any] | None:
        found = listed()
        if found.code != 0:
            raise found.error(fix=_LIST)
        return next((vm for vm in printed.listed(found, "list") if vm.get("name") == self.name), None)


def listed() -> Result:
    """Multipass' list of all VMs, as JSON; its daemon may not answer."""
    return run(["multipass", "list", "--format", "json"], timeout=60, check=False)


def versions() -> tuple[str, str]:
    """The versions of client and daemon; empty where they do not say."""
    text = run(["multipass", "version"], timeout=60, check=False).stdout
    found = dict(re.findall(r"^(multipassd?)\s+(\S+)", text, re.MULTILINE))
    return found.get("multipass", ""), found.get("multipassd", "")


def primary() -> str:
    """The name of the VM that gets its user's home folder."""
    result = run(["multipass", "get", "client.primary-name"], timeout=60, check=False)
    return result.stdout.strip() if result.code == 0 else "primary"
