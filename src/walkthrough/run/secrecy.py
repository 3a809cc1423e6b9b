"""What one run knows of secrets: it masks them, and says where one has got out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from walkthrough.hookspec import Search
from walkthrough.machine.base import Cluster
from walkthrough.machine.result import Result
from walkthrough.machine.shell import Shell
from walkthrough.masking import Masker
from walkthrough.pages.block import Block
from walkthrough.progress import Progress
from walkthrough.run.verdicts import Failure, FailureError

#: ``values(cluster)`` tells what no step may print.
Values = Callable[[Cluster], Iterable[str]]

#: Only a step that has to do with secrets makes or reads one; asking after each costs a third of a second.
_TOUCHES_SECRETS = re.compile(r"(?i)secret|token|password")


class Secrecy:
    """The secrets of one run: of the shell's variables, and of the cluster.

    :param values: what the cluster keeps secret now.
    :param search: makes what searches for those at the end; it may make nothing.
    """

    def __init__(
        self,
        cluster: Cluster,
        shell: Shell,
        progress: Progress,
        values: Values,
        search: Callable[[Cluster, Masker], Search | None],
    ) -> None:
        self.masker = Masker()
        #: Secret variables whose values are too short to be masked.
        self.unmasked: list[str] = []
        self.search = search(cluster, self.masker)
        self._cluster = cluster
        self._shell = shell
        self._progress = progress
        self._values = values
        self._known: set[str] = set()
        self._leaks = Masker()
        self._searched = False
        progress.mask = self.masker.mask

    def declare(self, block: Block) -> None:
        """Which variables a block makes secret: one that was run before a checkpoint as well."""
        names = self._shell.secret_names
        names.declared += [name for name in block.secrets if name not in names.declared]
        names.watched(block.body)

    def watch(self) -> None:
        """Look at the machine while a block runs there."""
        if self.search is not None:
            self.search.start()

    def learn(self, block: Block, result: Result) -> None:
        """Know what a step told of its secrets."""
        self.masker.add(result.secrets)
        if new := [name for name in result.unmasked if name not in self.unmasked]:
            self.unmasked += new
            names = ", ".join(new)
            self._progress.line(f"{block.where}: too short to be masked in reports: the value of {names}")

    def printed(self, block: Block, results: Mapping[Block, Result]) -> None:
        """Judge what a block has printed.

        :param results: of all blocks until now, this one as well.
        :raises FailureError: what the cluster keeps secret has been printed, by this block or an earlier one.
        """
        result = results[block]
        if block.shows:
            self.masker.add(_shown(result))
        elif self.search is not None:
            self.search.printed(f"{block.name} at {block.where}", (result.stdout, result.stderr))
        asked = {block: self._leaks}
        if _TOUCHES_SECRETS.search(block.body) and (new := self.ask()):
            latest = Masker()
            latest.add(new)
            asked = dict.fromkeys(results, latest) | asked
        for one, leaks in asked.items():
            streams = (results[one].stdout, results[one].stderr)
            if not one.shows and any(leaks.finds(captured.head + captured.tail) for captured in streams):
                what = f"a secret of the cluster has been printed by {one.name} at {one.where}"
                raise FailureError(Failure(block, what, result))

    def ask(self) -> set[str]:
        """What the cluster keeps secret now and did not when it was asked before."""
        new = set(self._values(self._cluster)) - self._known
        self._known |= new
        self.masker.add(new)
        self._leaks.add(new)
        return new

    def search_once(self, block: Block) -> None:
        """Search for the cluster's secrets everywhere, the first time only.

        :param block: the one at whose turn that is.
        :raises FailureError: there are findings.
        """
        if self.search is None or self._searched:
            return
        self._searched = True
        with self._progress.task("Searching for the cluster's secrets", 30):
            found = self.search.everywhere()
        self._progress.line(f"  {self.search.said}")
        if found:
            listed = "\n".join(f"  {one}" for one in found)
            what = f"the cluster's secrets are where they must not be, {len(found)} times:\n{listed}"
            raise FailureError(Failure(block, what))

    def search_outputs(self, block: Block) -> None:
        """Search what was printed since, at the end of a run.

        :param block: the last one.
        :raises FailureError: there are findings.
        """
        if self.search is not None and (found := self.search.in_outputs()):
            raise FailureError(Failure(block, "\n".join(map(str, found))))

    def close(self) -> None:
        """Look at the machine no more."""
        if self.search is not None:
            self.search.close()


def _shown(result: Result) -> list[str]:
    """What a step that shows a secret has printed: its lines, and what stands at the end of each."""
    lines = [line.strip() for stream in (result.stdout, result.stderr) for line in stream.text.split("\n")]
    return [each for line in lines if line for each in (line, line.split()[-1])]
