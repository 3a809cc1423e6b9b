"""A block: one fence of a page, which knows what it is and where it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from walkthrough.pages.attributes import Attributes
from walkthrough.pages.origins import Origin
from walkthrough.pages.rules import CHECKS, Kind


@dataclass(eq=False)
class Block:
    """One fence of a page.

    :param page: the page's name, such as ``certificates.md``, the same in all languages.
    :param index: its place among the page's blocks, from 0.
    :param where: the opening fence, on the page.
    :param body: what is run, compared or shown; ends with one line end, as the site shows it.
    :param lines: where each line of the body stands.
    :param of: for an output: the block whose output it is.
    :param outputs: the outputs that belong to this block.
    :param placeholders: what of the page's text was replaced, and by what: the body holds that.
    :param again: whether this is the block run a second time (:mod:`walkthrough.run.again`).
    """

    page: str
    language: str
    index: int
    where: Origin
    attributes: Attributes
    body: str
    lines: tuple[Origin, ...]
    of: Block | None = None
    outputs: list[Block] = field(default_factory=list)
    again: bool = False
    placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.attributes.kind

    @property
    def id(self) -> str | None:
        """Its id, where its kind has one."""
        return self.attributes.id

    @property
    def name(self) -> str:
        """What reports call it; unique on the site for all but manifests that are shown twice."""
        if self.of is not None:
            return f"{self.of.name}:{self.stream}"
        return self.id or f"{self.kind}:{self.title}"

    @property
    def text_lines(self) -> list[str]:
        """The lines of its body, as bash counts them: only a line feed ends one."""
        return self.body.removesuffix("\n").split("\n") if self.body else []

    @property
    def source(self) -> Origin:
        """Its first line: in a snippet, or on the page where nothing is included."""
        return self.lines[0] if self.lines else self.where

    @property
    def key(self) -> tuple[str, str, int]:
        """Which of the site's blocks it is: language, page, place. The same one the second time."""
        return self.language, self.page, self.index

    @property
    def runs(self) -> bool:
        """Whether it is something that is run on the cluster's machine."""
        return self.kind in (Kind.STEP, Kind.CHECK) or (
            self.kind is Kind.MANIFEST and self.attributes.language == "bash"
        )

    @property
    def in_python(self) -> bool:
        """Whether it is a check in Python: that is what looks with a browser."""
        return self.kind is Kind.CHECK and self.attributes.language == "python"

    @property
    def timeout(self) -> float:
        """Seconds that one run may take."""
        return float(self.attributes.values.get("timeout", 30 if self.kind is Kind.CHECK else 60))

    @property
    def exit(self) -> int:
        """The expected exit code."""
        return int(self.attributes.values.get("exit", 0))

    @property
    def when(self) -> str | None:
        """The way of having a cluster that it is for."""
        return self.attributes.values.get("when")

    @property
    def cleanup(self) -> bool:
        """Whether it also runs after a failure."""
        return "cleanup" in self.attributes.classes

    @property
    def setup(self) -> bool:
        """Whether no reader sees it: it makes ready what the page takes for granted."""
        return "setup" in self.attributes.classes

    @property
    def background(self) -> bool:
        """Whether it goes on in the background until its page ends."""
        return "background" in self.attributes.classes

    @property
    def until(self) -> str:
        """The command that succeeds once what runs in the background is up."""
        return self.attributes.values.get("until", "")

    @property
    def shows(self) -> str:
        """Why it shows a secret; empty where it may not."""
        return self.attributes.values.get("shows", "")

    @property
    def interval(self) -> float:
        """Seconds between two attempts of a check."""
        return float(self.attributes.values.get("interval", CHECKS["interval"]))

    @property
    def deadline(self) -> float:
        """Seconds that a check may take in all."""
        return float(self.attributes.values.get("deadline", CHECKS["deadline"]))

    @property
    def times(self) -> int:
        """How often in a row a check must hold."""
        return int(self.attributes.values.get("times", CHECKS["times"]))

    @property
    def match(self) -> str:
        """How an output is compared."""
        return self.attributes.values.get("match", "exact")

    @property
    def stream(self) -> str:
        """Which stream an output shows."""
        return self.attributes.values.get("stream", "stdout")

    @property
    def title(self) -> str:
        """The title; for a manifest its path under ``manifests/``."""
        return self.attributes.values.get("title", "")

    @property
    def reason(self) -> str:
        """Why it is skipped."""
        return self.attributes.values.get("reason", "")

    @property
    def once(self) -> str:
        """Why it cannot be run a second time; empty where it can."""
        return self.attributes.values.get("once", "")

    @property
    def against(self) -> str:
        """The section whose promise it tries to break, ``PAGE#ID``; empty where it is no attack."""
        return self.attributes.values.get("against", "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Variables that it declares as secret."""
        return tuple(filter(None, self.attributes.values.get("secret", "").split(",")))

    @property
    def compared_values(self) -> dict[str, str]:
        """The attributes that must be the same in both languages: all but prose."""
        prose = {"reason"} if self.kind is Kind.MANIFEST else {"reason", "title"}
        values = {key: value for key, value in sorted(self.attributes.values.items()) if key not in prose}
        # The reason is prose; that there is one is not.
        return {**values, **{key: "…" for key in ("once", "shows") if key in values}}

    def sha256(self) -> str:
        """The digest of what it asks for: kind, id, classes, attributes but prose, body."""
        content = [self.kind, self.id, self.attributes.classes, self.compared_values, self.body]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def page_sha256(blocks: Iterable[str]) -> str:
    """The digest of a page, from those of its blocks in their order."""
    return hashlib.sha256("\n".join(blocks).encode()).hexdigest()
