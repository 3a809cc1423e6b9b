"""Searches for every secret that the cluster holds where it must not be.

In git, on the reader's machine and in Gitea; in the files of their home; in what every step has printed;
in what the API shows to whoever may look; in the logs of all containers; in the command lines of all
processes, as they were while the chain ran. ``allowed.toml`` has the places where one may be, each with a
reason. A finding names the secret and the place, and never the value.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from guide.clusters import secrets
from guide.forms import held
from guide.leaks import gather, keyfiles
from guide.leaks.observer import LARGEST, Observer
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml
from walkthrough.machine import python
from walkthrough.machine.base import Cluster
from walkthrough.machine.capture import Captured
from walkthrough.masking import Masker
from walkthrough.masking.finding import Index
from walkthrough.masking.forms import wholes

#: Seconds that bringing everything together may take.
_TIMEOUT = 300.0


@dataclass(frozen=True, order=True)
class Finding:
    """A secret where it must not be."""

    secret: str
    where: str

    def __str__(self) -> str:
        return f"{self.secret}: in {self.where}"


@dataclass(frozen=True)
class Allowed:
    """Where a secret may be, as patterns of names, and why."""

    secret: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this."""
        return fnmatchcase(finding.secret, self.secret) and fnmatchcase(finding.where, self.where)


def allowed() -> list[Allowed]:
    """The places of ``allowed.toml``."""
    table = held(read_toml(Path(__file__).with_name("allowed.toml")), "allowed").value
    return [Allowed(**row) for row in table["place"]]


class Search:
    """The search of one run.

    :param masker: takes the secrets out of what a finding says.
    """

    def __init__(self, cluster: Cluster, masker: Masker) -> None:
        self._cluster = cluster
        self._masker = masker
        self._printed: dict[str, tuple[str, bytes]] = {}
        self._observer: Observer | None = None
        self._index = Index()
        #: What was done, once it was.
        self.said = ""

    def start(self) -> None:
        """Begin to look at the machine's processes; or again: it may have been restarted."""
        if self._observer is None:
            self._observer = Observer(self._cluster, python.find(self._cluster))
        self._observer.start()

    def printed(self, name: str, streams: Iterable[Captured]) -> None:
        """Keep what a step printed until it is known what is secret."""
        for captured in streams:
            if captured.size:
                self._printed.setdefault(captured.sha256, (name, captured.head + captured.tail))

    def everywhere(self) -> list[Finding]:
        """All findings, with what the cluster holds now.

        :raises UserError: a place cannot be looked at.
        """
        places = dict(self._gathered())
        if failed := [where for where in places if where.startswith("! ")]:
            told = (f"{each[2:]}: {places[each].decode(errors='replace').strip()}" for each in failed)
            said = "; ".join(told)
            raise UserError(f"a place where secrets may be cannot be searched: {said}")
        held = [(str(one), one.value) for one in secrets.held(self._cluster)]
        held += keyfiles.secrets(places)
        self._masker.add(value for _, value in held)
        self._index = Index()
        for name, value in held:
            for part in keyfiles.parts(value):
                self._index.add(wholes(part), name)
        self.close()
        if self._observer is not None and self._observer.full:
            raise UserError(
                f"the processes of the run had more than {LARGEST >> 20} MiB of command lines, and those "
                "after that were not searched for secrets",
                fix="find the step that starts so many, or raise LARGEST in guide.leaks.observer",
            )
        size = sum(map(len, places.values()))
        self.said = f"{len(held)} secrets searched for in {len(places)} places of {size >> 20} MiB"
        if self._observer is not None:
            effort = self._observer.effort
            share = effort.processor / effort.elapsed if effort.elapsed else 0.0
            self.said += (
                f", {len(self._printed)} outputs and {len(self._observer.lines)} command lines: "
                f"{effort.times} looks, {effort.processor:.1f} s of the processor, {share:.1%} of the time"
            )
        return [*self._in(places.items()), *self.in_outputs(), *self._in_processes()]

    def in_outputs(self) -> list[Finding]:
        """Those in what has been printed, with the secrets that the last search knew."""
        return self._in((f"the output of {name}", content) for name, content in self._printed.values())

    def in_files(self, paths: Iterable[Path]) -> list[Finding]:
        """Those in files of this machine, with the secrets that the last search knew."""
        return self._in((str(path), path.read_bytes()) for path in paths if path.is_file())

    def in_contents(self, contents: Mapping[str, bytes]) -> list[Finding]:
        """Those in what is to be written, by the names of the files, with the secrets that it knew."""
        return self._in(contents.items())

    def close(self) -> None:
        """Stop looking."""
        if self._observer is not None:
            self._observer.end()

    def _in_processes(self) -> list[Finding]:
        lines = self._observer.lines if self._observer is not None else ()
        found = []
        for line in lines:
            if names := self._index.names(line):
                # What it is, without the secret: it is masked whole before it is cut.
                shown = self._masker.mask(line.decode(errors="replace"))[:200]
                found += [Finding(name, f"the process list: {shown}") for name in names]
        return self._not_allowed(found)

    def _in(self, places: Iterable[tuple[str, bytes]]) -> list[Finding]:
        # The same file may be in many places: a working tree, git, a ConfigMap.
        known: dict[bytes, set[str]] = {}
        found = []
        for where, content in places:
            digest = hashlib.sha256(content).digest()
            if digest not in known:
                known[digest] = self._index.names(content)
            found += [Finding(name, where) for name in known[digest]]
        return self._not_allowed(found)

    def _not_allowed(self, found: Iterable[Finding]) -> list[Finding]:
        table = allowed()
        return sorted(one for one in set(found) if not any(row.covers(one) for row in table))

    def _gathered(self) -> Iterator[tuple[str, bytes]]:
        program = Path(gather.__file__).read_bytes()
        which = [] if self._cluster.machine_of_its_own else ["guide"]
        command = self._cluster.argv([*python.find(self._cluster), "-", *which])
        try:
            done = subprocess.run(command, input=program, capture_output=True, timeout=_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"what may hold secrets cannot be brought together: {error}") from error
        if done.returncode != 0:
            raise UserError(
                "what may hold secrets cannot be brought together: "
                + done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            )
        data, at = done.stdout, 0
        while at < len(data):
            head = data[at : at + gather.HEAD.size]
            name, size = gather.HEAD.unpack(head) if len(head) == gather.HEAD.size else (0, 0)
            at += gather.HEAD.size
            if not name or at + name + size > len(data):
                # Cut, or not this program's: what is behind it nobody has searched.
                raise UserError(
                    "what may hold secrets was brought together in part only",
                    where=self._cluster.provider,
                    fix="see that its Python prints nothing by itself, and that its disk has room",
                )
            yield data[at : at + name].decode(errors="replace"), data[at + name : at + name + size]
            at += name + size
