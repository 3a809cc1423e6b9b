"""The reader's place on this machine, for providers that run the steps here and not in a VM."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from guide.paths import state_dir
from walkthrough import whole
from walkthrough.machine.command import run

#: Everything the guide serves is under this domain, and nothing else is.
DOMAIN = "gitops.test"

#: Variables by which a shell or a program does otherwise than a page says: functions in place of commands, a
#: script before each script, checks that are left out. A page that holds with them proves nothing.
_OTHERWISE = re.compile(
    r"BASH_(ENV|FUNC_.*|XTRACEFD|COMPAT)|BASHOPTS|SHELLOPTS|ENV|POSIXLY_CORRECT|CDPATH|GLOBIGNORE|IFS"
    r"|GIT_.*|PYTHON[A-Z]+|PYTEST_.*|PERL5(LIB|OPT)|RUBYOPT|NODE_OPTIONS|LD_(PRELOAD|AUDIT)|CURL_HOME|GREP_.*"
)
#: Variables that lead programs to the user's own files.
USERS_OWN = ("KUBECONFIG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


class Reader:
    """A home folder of the reader's own, so that no step touches the user's, and the machine's files
    that steps change with sudo, so that they can be put right after a run that broke off.

    :param key: tells readers apart; part of a folder name.
    """

    #: The names of this machine, and what cloud-init makes them from at each start.
    hosts = (Path("/etc/hosts"), Path("/etc/cloud/templates/hosts.debian.tmpl"))
    #: Where authorities of the machine's own are put to be trusted.
    authorities = Path("/usr/local/share/ca-certificates")

    def __init__(self, key: str) -> None:
        self.root = state_dir() / "readers" / key
        self.home = self.root / "home"
        self.bin = self.root / "bin"
        self._before = self.root / "before.json"

    def prepare(self) -> None:
        """An empty home, and a note of how the machine's files are now."""
        self.remove()
        for folder in (self.home, self.bin):
            folder.mkdir(parents=True, mode=0o700)
        before = {
            "hosts": {str(file): file.read_text(encoding="utf-8") for file in self.hosts if file.is_file()},
            "authorities": self._authorities(),
        }
        whole.write(self._before, json.dumps(before))

    def argv(self, command: Sequence[str], variables: Mapping[str, str], path: Sequence[str]) -> list[str]:
        """``command`` with this home and these variables.

        What names a folder or a file of the user's never reaches a step, ``KUBECONFIG`` least of all: it
        may lead to a cluster that matters. Nor does what makes programs do otherwise than a page says.

        :param path: folders to search before all others.
        """
        search = ":".join([*path, os.environ.get("PATH", os.defpath)])
        settings = {"HOME": str(self.home), "PATH": search, **variables}
        odd = sorted(filter(_OTHERWISE.fullmatch, os.environ))
        without = [part for name in (*USERS_OWN, *odd) for part in ("-u", name)]
        return ["env", *without, *(f"{name}={value}" for name, value in settings.items()), *command]

    def restore(self) -> None:
        """Undo what steps left in the machine's files, and only that.

        The pages' own cleanup does this in an ordinary run; then nothing is left to do here. What
        others changed meanwhile stays.
        """
        if not self._before.is_file():
            return
        before = json.loads(self._before.read_text(encoding="utf-8"))
        for name, text in before["hosts"].items():
            known = set(text.splitlines())
            now = Path(name).read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in now if line.rstrip("\n") in known or DOMAIN not in line]
            if kept != now:
                run(["sudo", "tee", name], stdin="".join(kept), timeout=30)
        known = set(before["authorities"])
        left = [name for name in self._authorities() if name not in known and "gitops" in name]
        if left:
            run(["sudo", "rm", "-f", *(str(self.authorities / name) for name in left)], timeout=30)
            run(["sudo", "update-ca-certificates", "--fresh"], timeout=120)

    def remove(self) -> None:
        """Remove the home and the notes, also what steps made there as root."""
        if not self.root.exists():
            return
        shutil.rmtree(self.root, ignore_errors=True)
        if self.root.exists():
            run(["sudo", "rm", "-rf", str(self.root)], timeout=60)

    def _authorities(self) -> list[str]:
        return sorted(path.name for path in self.authorities.glob("*")) if self.authorities.is_dir() else []
