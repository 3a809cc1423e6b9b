"""A stand-in for the harness's own tests: this machine's bash, and no Kubernetes."""

from __future__ import annotations

from walkthrough.machine.base import Answer, Disposition, Replacement
from walkthrough.machine.local import Local


class StandIn(Local):
    """Answers as a cluster of the guide does. The command line does not offer it."""

    def answer(self, tag: str) -> Answer:
        """``microk8s`` is substituted, ``multipass`` skipped, anything else runs."""
        return {
            "microk8s": Answer(Disposition.SUBSTITUTED, "this machine stands in for the snap"),
            "multipass": Answer(Disposition.SKIPPED, "there is no virtual machine"),
        }.get(tag, Answer(Disposition.RUN))

    def versions(self) -> dict[str, str]:
        """Only bash runs."""
        return {"bash": "5"}

    def replacements(self) -> list[Replacement]:
        """Everything is replaced."""
        return [Replacement("Kubernetes", "nothing", "the harness's own tests need none")]

    def evidence(self) -> str:
        """A line to find again in reports."""
        return "the local stand-in has no cluster to ask"
