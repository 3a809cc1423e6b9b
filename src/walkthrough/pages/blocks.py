"""The blocks of a page: fences that are classified and know where they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sybil import Document, Region
from sybil.typing import Evaluator

from walkthrough.compare import expect
from walkthrough.errors import UserError
from walkthrough.pages import agreement, attributes, console, extensions, identity, placeholders
from walkthrough.pages.block import Block
from walkthrough.pages.characters import looks_alike, unseen
from walkthrough.pages.document import PageDocument
from walkthrough.pages.lexer import AttributeFenceLexer
from walkthrough.pages.rendering import render
from walkthrough.pages.rules import CONSOLE, Kind


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
        rendering = render(
            document.text, extensions.of(document.project.root), document.project.styles, document.name
        )
    except UserError as error:
        return [], [error]
    errors = list(agreement.guard(document, regions, rendering))
    blocks: list[tuple[Region, Block]] = []
    previous: Block | None = None
    seen: dict[str, Block] = {}
    lines: list[int] = []
    for region in regions:
        try:
            for place, block in _blocks(document, region, len(blocks), previous):
                if block.id and block.id in seen:
                    raise _twice(block, seen[block.id])
                if block.id:
                    seen[block.id] = block
                previous = block
                blocks.append((place, block))
                lines.append(document.text.count("\n", 0, region.start) + 1)
        except UserError as error:
            errors.append(error)
            previous = None
    places = {fence.line: fence.places[0] for fence in rendering.fences}
    for (_, block), line in zip(blocks, lines, strict=True):
        if line in places:
            errors += agreement.not_open(block, places[line])
    # What is wrong with a block may be the reason that nothing has it.
    if not errors:
        errors += placeholders.unused(document, (block for _, block in blocks))
    return blocks, errors


def duplicate_ids(blocks: Iterable[Block]) -> Iterator[UserError]:
    """An error for every id that two pages share, and for every measure that two blocks take."""
    seen: dict[str, Block] = {}
    measured: dict[str, Block] = {}
    for block in blocks:
        name = block.attributes.values.get("measure")
        if name and (first := measured.setdefault(name, block)) is not block:
            yield UserError(
                f"{name} is what {first.where} measures already, and a proof has one time for it",
                where=str(block.where),
                fix="give each measure a name of its own",
            )
        if block.id and seen.setdefault(block.id, block) is not block:
            yield _twice(block, seen[block.id])


def _twice(block: Block, first: Block) -> UserError:
    return UserError(
        f"the id {block.id} stands at {first.where} already",
        where=str(block.where),
        fix="give each block an id of its own",
    )


def _blocks(
    document: PageDocument, region: Region, index: int, previous: Block | None
) -> list[tuple[Region, Block]]:
    """What a fence is: one block, or several where it shows commands after prompts."""
    block = _block(document, region, index, previous)
    if block.kind is Kind.STEP and block.attributes.language == CONSOLE:
        return console.blocks(document, region, block)
    placeholders.fill(block, placeholders.of(document))
    return [(region, block)]


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
    if block.runs and block.attributes.language == "bash":
        _check_prompt(block)
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


def _check_prompt(block: Block) -> None:
    prompt = re.match(r"\s*([$%]) ", block.body)
    if prompt is None:
        return
    first, console_ = block.text_lines[0].strip(), f"{{.console .step #{block.id}}}"
    if prompt[1] != "$":
        console_ = f"{console_[:-1]} prompt={prompt[1]!r}}}"
    raise UserError(
        f"this {block.kind} begins with a prompt, which bash takes for a command: {first}",
        where=str(block.where)
        if block.source.path == block.where.path
        else f"{block.where}, in {block.source}",
        fix=f"take the prompt away; or, where what is printed stands below it, write {console_}",
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
    if owner.background:
        raise UserError(
            f"{owner.name} goes on in the background, so what it has printed by now is a matter of luck",
            where=where,
            fix="make this output .skip with a reason, and let until= wait for what it tells",
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
