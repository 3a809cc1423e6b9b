"""What the chain asks of a machine, and what a provider answers."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.hookspec import NAME

if TYPE_CHECKING:
    from walkthrough.progress import Progress


class Disposition(StrEnum):
    """What becomes of a step that carries ``when=``."""

    RUN = "run"
    SUBSTITUTED = "substituted"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Answer:
    """A provider's answer to ``when=TAG``.

    :param text: for *substituted* what the provider did instead, for *skipped* why.
    :param in_turn: for *substituted*: what the provider still does, when the step has its turn;
        all else was done before the first page.
    """

    disposition: Disposition
    text: str = ""
    in_turn: Callable[[], None] | None = None


def unknown(tag: str) -> UserError:
    """The error for a ``when=`` that no cluster has an answer to."""
    return UserError(f"no cluster knows when={tag}", fix=f"use {', '.join(hooks.tags())}")


@dataclass(frozen=True)
class Replacement:
    """One row of the table "what the pages pin, what ran instead, why"; ``guide`` is what they pin."""

    guide: str
    runs: str
    why: str


@dataclass(frozen=True)
class Options:
    """What the command line says about a cluster.

    :param name: tells clusters that stand side by side apart; also a VM's name.
    :param keep: leave it up at the end; it must then survive this process.
    :param products: what the selected pages need, names of ``manifests/versions.yaml``;
        empty means everything.
    :param pages: what each of the pages that run needs of these, in reading order, where that is known.
    :param extra: what only one provider, or its tests, understand.
    """

    name: str = NAME
    keep: bool = False
    products: frozenset[str] = frozenset()
    pages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


class Cluster(ABC):
    """A throwaway machine that the reader's shell runs on, and what runs there: a cluster, say.

    The life of one: :meth:`preflight`, :meth:`create`, :meth:`wait_ready`, then any number of
    :meth:`argv`, :meth:`evidence`; at last :meth:`destroy`, which must work from any state,
    twice, and after a crash.
    """

    #: The provider's name on the command line.
    provider: str
    #: Whether the machine is made for the run, so that nothing on it is anybody else's.
    machine_of_its_own = False

    def __init__(self, options: Options, progress: Progress) -> None:
        self.options = options
        self.progress = progress

    @abstractmethod
    def preflight(self) -> None:
        """Say everything that this provider lacks here, in one :class:`~walkthrough.errors.UserError`."""

    @abstractmethod
    def create(self) -> None:
        """Make the machine and start what runs on it."""

    @abstractmethod
    def wait_ready(self) -> None:
        """Return when the API answers and the node is Ready; else an error with the evidence."""

    def ready_for(self, page: str) -> None:
        """Return when all that a page needs is there; called before its first block.

        Most have it from the start.

        :raises UserError: it cannot be had, so nothing after this can be run.
        """
        del page

    @abstractmethod
    def argv(self, command: Sequence[str]) -> list[str]:
        """The command line that runs ``command`` on the cluster's machine.

        It passes standard input, output and error through and returns the command's exit code.
        """

    @abstractmethod
    def kill(self, marker: str) -> None:
        """End every process on the machine whose environment holds ``WALKTHROUGH_STEP=marker``.

        A marker that ends with a dash stands for all that begin with it.

        The harness kills the local process group first; this is for what outlives it there.
        """

    @abstractmethod
    def destroy(self) -> None:
        """Remove everything that :meth:`create` made."""

    @abstractmethod
    def answer(self, tag: str) -> Answer:
        """What becomes of a step with ``when=tag``."""

    def gone(self) -> str:
        """Why the machine does not answer any more; empty where it does. A run is no proof without it."""
        from walkthrough.machine.command import run  # it builds on the errors of this one

        try:
            answer = run(self.argv(["true"]), timeout=60, check=False)
        except (UserError, OSError) as error:
            return error.what if isinstance(error, UserError) else str(error)
        return "" if answer.code == 0 else answer.words(1) or f"it ends 'true' with {answer.code}"

    def python(self) -> list[str]:
        """The command, for :meth:`argv`, of the harness's own Python as the cluster's machine sees it.

        Whether it is there is for :func:`walkthrough.hooks.python_answer` to try.
        """
        return [sys.executable]

    def versions(self) -> dict[str, str]:
        """What really runs, by component name."""
        return {}

    def replacements(self) -> list[Replacement]:
        """What runs in place of what the pages pin. Empty where nothing is replaced."""
        return []

    def evidence(self) -> str:
        """What the machine says about a failure: its logs, say.

        Plugins add to it what is true of any machine of theirs (:func:`walkthrough.hooks.evidence`).
        """
        return ""

    def shell(self) -> list[str]:
        """The command line of an interactive shell on the cluster's machine, where the last step ended."""
        from walkthrough.machine.shell import interactive  # it builds on this module

        return self.argv(interactive(self.options.name))

    def shell_hint(self) -> str:
        """The one command that opens a shell in the kept cluster."""
        return f"{hooks.program()} cluster shell --cluster {self.provider} --name {self.options.name}"
