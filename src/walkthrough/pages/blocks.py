"""The blocks of a page: fences that are classified and know where they came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sybil import Document, Region
from sybil.typing import Evaluator

from walkthrough.compare import expect
from walkthrough.errors import UserError
from walkthrough.pages import agreement, attributes, extensions, identity
from walkthrough.pages.attributes import Attributes, Kind
from walkthrough.pages.characters import looks_alike, unseen
from walkthrough.pages.document import PageDocument
from walkthrough.pages.includes import Origin
from walkthrough.pages.lexer import AttributeFenceLexer
from walkthrough.pages.rendering import render


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
    def interval(self) -> float:
        """Seconds between two attempts of a check."""
        return float(self.attributes.values.get("interval", 2))

    @property
    def deadline(self) -> float:
        """Seconds that a check may take in all."""
        return float(self.attributes.values.get("deadline", 60))

    @property
    def times(self) -> int:
        """How often in a row a check must hold."""
        return int(self.attributes.values.get("times", 1))

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
        return {**values, "once": "…"} if self.once else values

    def sha256(self) -> str:
        """The digest of what it asks for: kind, id, classes, attributes but prose, body."""
        content = [self.kind, self.id, self.attributes.classes, self.compared_values, self.body]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def page_sha256(blocks: Sequence[Block]) -> str:
    """The digest of a page's blocks in their order."""
    return hashlib.sha256("\n".join(block.sha256() for block in blocks).encode()).hexdigest()


class BlockParser:
    """A :any:`Parser` for the fences of a :class:`~walkthrough.pages.document.PageDocument`.

    :param evaluator: run for each block; the example's ``parsed`` is a :class:`Block`.
    """

    def __init__(self, evaluator: Evaluator | None = None) -> None:
        self.lexer = AttributeFenceLexer()
        self.evaluator = evaluator

    def __call__(self, document: Document) -> Iterable[Region]:
        """The document's blocks as regions.

        :raises UserError: the first thing wrong with a fence; :func:`read` gives all of them.
        """
        assert isinstance(document, PageDocument)
        blocks, errors = read(document, self.lexer)
        if errors:
            raise errors[0]
        for region, block in blocks:
            region.parsed = block
            region.evaluator = self.evaluator
            yield region


def read(
    document: PageDocument, lexer: AttributeFenceLexer | None = None
) -> tuple[list[tuple[Region, Block]], list[UserError]]:
    """Every block of a page, and everything that is wrong with its fences."""
    try:
        regions = list((lexer or AttributeFenceLexer())(document))
    except UserError as error:
        return [], [error]
    try:
        rendering = render(document.text, extensions.of(document.project.root), document.project.styles)
    except UserError as error:
        return [], [error]
    errors = list(agreement.guard(document, regions, rendering))
    blocks: list[tuple[Region, Block]] = []
    previous: Block | None = None
    seen: dict[str, Block] = {}
    for region in regions:
        try:
            block = previous = _block(document, region, len(blocks), previous)
            if block.id and block.id in seen:
                raise _twice(block, seen[block.id])
            if block.id:
                seen[block.id] = block
            blocks.append((region, block))
        except UserError as error:
            errors.append(error)
            previous = None
    places = {fence.line: fence.places[0] for fence in rendering.fences}
    for region, block in blocks:
        place = places.get(document.text.count("\n", 0, region.start) + 1)
        if place is not None:
            errors += agreement.not_open(block, place)
    return blocks, errors


def duplicate_ids(blocks: Iterable[Block]) -> Iterator[UserError]:
    """An error for every id that two pages share."""
    seen: dict[str, Block] = {}
    for block in blocks:
        if block.id and seen.setdefault(block.id, block) is not block:
            yield _twice(block, seen[block.id])


def _twice(block: Block, first: Block) -> UserError:
    return UserError(
        f"the id {block.id} stands at {first.where} already",
        where=str(block.where),
        fix="give each block an id of its own",
    )


def _block(document: PageDocument, region: Region, index: int, previous: Block | None) -> Block:
    number = document.text.count("\n", 0, region.start) + 1
    where = document.origin(number)
    parsed = attributes.parse(region.lexemes["info"], document.where(number))
    body, skipped = _trimmed(region.lexemes["source"])
    count = body.count("\n")
    lines = tuple(document.origins[number + skipped : number + skipped + count])
    block = Block(document.page, document.language, index, where, parsed, body, lines)
    _check_body(block)
    if block.kind is Kind.OUTPUT:
        _attach(block, previous)
        expect.check_expectation(block.body, block.match, str(block.where))
    if block.kind is Kind.MANIFEST:
        identity.check(document.project, block.title, block.body, parsed.language, str(block.where))
    return block


def _trimmed(source: str) -> tuple[str, int]:
    """The body without blank lines around it, as the site's highlighter trims it, and the lines skipped."""
    text = source.strip("\n")
    skipped = len(source) - len(source.lstrip("\n"))
    return (text + "\n" if text else ""), skipped


def _check_body(block: Block) -> None:
    where = str(block.where)
    if not block.body and block.kind is not Kind.OUTPUT:
        raise UserError(f"this {block.kind} is empty", where=where, fix="fill it, or take it away")
    if block.kind is Kind.OUTPUT and not block.body.strip():
        raise UserError(
            "this output is empty: it shows nothing, and holds only where nothing is printed",
            where=where if block.source == block.where else f"{where}, in {block.source}",
            fix="fill it (verify --update writes what the step prints), or take it away; "
            "that a step is silent is for a .check to say",
        )
    reader = block.runs or block.kind in (Kind.MANIFEST, Kind.SKIP)
    for line, origin in zip(block.text_lines, block.lines, strict=True):
        if reader and "\t" in line:
            raise UserError(
                "a tab: the site would print spaces, and the reader would copy those",
                where=f"{where} ({origin})",
                fix="write spaces, or \\t where the program understands it",
            )
        if what := unseen(line) or (looks_alike(line) if reader else ""):
            raise UserError(
                f"a character that is not what is seen: {what}",
                where=f"{where} ({origin})",
                fix="write it as what everybody sees"
                + (", or as an escape that the program understands: $'\\u00a0'" if reader else ""),
            )


def _attach(output: Block, previous: Block | None) -> None:
    owner = previous.of if previous is not None and previous.kind is Kind.OUTPUT else previous
    where = str(output.where)
    if owner is None or not owner.runs:
        raise UserError(
            "this output has nothing before it that runs",
            where=where,
            fix="put it right after its step, check or bash manifest",
        )
    streams = {other.stream for other in owner.outputs}
    if output.stream in streams or (streams and "both" in {*streams, output.stream}):
        raise UserError(
            f"{owner.name} has an output for {output.stream} already",
            where=where,
            fix="give a step one output a stream, or one with stream=both",
        )
    output.of = owner
    owner.outputs.append(output)
