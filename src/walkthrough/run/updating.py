"""Writes what a step printed into its expected output.

Only where the file is that output and nothing else, or where it stands in a console under its command
(:mod:`walkthrough.run.consoles`), and only what is read back from the page as it was printed.
"""

from __future__ import annotations

import re
from pathlib import Path

from walkthrough import whole
from walkthrough.compare import expect
from walkthrough.errors import UserError
from walkthrough.machine.capture import Captured
from walkthrough.masking import Masker
from walkthrough.pages.block import Block
from walkthrough.pages.characters import unseen
from walkthrough.pages.loading import load, load_all
from walkthrough.project import Project
from walkthrough.run import consoles

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_MOVE = "move it into snippets/<page>/<step>.out and include that file, whole, in this output alone: --8<--"


class Updates:
    """What one run has written.

    :param masker: knows the secrets.
    """

    def __init__(self, project: Project, masker: Masker) -> None:
        self._project = project
        self._masker = masker
        #: Files as they were before, and what was written into each.
        self._before: dict[Path, bytes] = {}
        self._written: dict[Path, list[str]] = {}
        #: Which blocks show a file, by its path: their pages, places and names.
        self._shown: dict[str, set[tuple[str, int, str]]] | None = None

    def rewrite(self, output: Block, captured: Captured) -> list[str]:
        """Write what was printed to where the output stands, and return the names of the files.

        :raises UserError: that place is not the output's own, or the page would not show what was printed.
        """
        if consoles.is_in_one(output):
            places = consoles.places(self._project, output)
            text = self._text(output, captured)
            new = consoles.rewritten(places, text)
        else:
            path = self._own_file(output)
            text = self._text(output, captured)
            new = {self._project.root / path: text}
        before = {file: file.read_bytes() for file in new}
        try:
            for file, content in new.items():
                whole.write(file, content)
            self._read_back(output, captured)
        except BaseException:
            for file, was in before.items():
                whole.write(file, was)
            raise
        for file, was in before.items():
            self._before.setdefault(file, was)
            self._written.setdefault(file, []).append(text)
        return [self._project.relative(file) for file in new]

    def with_secret(self) -> list[str]:
        """The files that hold what is a secret as is known now; what was there before is put back in each."""
        found = [
            file
            for file, texts in self._written.items()
            if any(self._masker.mask(text) != text for text in texts)
        ]
        for file in found:
            whole.write(file, self._before.pop(file))
            del self._written[file]
        return [self._project.relative(file) for file in found]

    def _own_file(self, output: Block) -> str:
        where, path = str(output.where), output.source.path
        file = self._project.root / path
        what = f"the expected output of {output.name} is not one file of its own, so it cannot be rewritten"
        if path == output.where.path or len({origin.path for origin in output.lines}) != 1:
            raise UserError(what, where=where, fix=_MOVE)
        if not path.startswith("snippets/") or file.suffix != ".out":
            raise UserError(f"{what}: {path} is no .out under snippets/", where=where, fix=_MOVE)
        if file.is_symlink() or not file.resolve().is_relative_to(self._project.root.resolve()):
            raise UserError(f"{what}: {path} is a link", where=where, fix=_MOVE)
        whole = [line.rstrip() for line in file.read_text(encoding="utf-8").strip("\n").split("\n")]
        if whole != [line.rstrip() for line in output.text_lines]:
            raise UserError(f"{what}: the page shows a part of {path}", where=where, fix=_MOVE)
        others = sorted(
            {name for page, index, name in self._showing(path) if (page, index) != _place(output)}
        )
        if others:
            raise UserError(f"{what}: {path} is shown by {', '.join(others)}, too", where=where, fix=_MOVE)
        return path

    def _showing(self, path: str) -> set[tuple[str, int, str]]:
        if self._shown is None:
            self._shown = {}
            site = load_all(self._project)
            for block in (block for language in site.languages for block in site.blocks(language)):
                for origin in block.lines:
                    self._shown.setdefault(origin.path, set()).add((*_place(block), block.name))
        return self._shown.get(path, set())

    def _text(self, output: Block, captured: Captured) -> str:
        """What the file is to hold."""
        where = str(output.where)
        if captured.binary or captured.truncated:
            raise UserError(f"{captured.size} bytes: not a text to show", where=where)
        if not captured.text.strip() and not consoles.is_in_one(output):
            raise UserError(
                f"nothing was printed for {output.name}, and an output shows something",
                where=where,
                fix="take the output away; that a step is silent is for a .check to say",
            )
        for number, line in enumerate(captured.text.replace("\r\n", "\n").split("\n"), start=1):
            if what := unseen(line):
                raise UserError(
                    f"line {number} of what was printed holds {what}, which no page shows",
                    where=where,
                    fix="let the step print plain text: an option such as --color=never or --no-progress, "
                    r"a pipe through tr -d '\r', or compare with …",
                )
        text = expect.updated(output.body, captured.text, output.match)
        if text is None:
            raise UserError(
                f"an output with match={output.match} has to be rewritten by hand",
                where=where,
                fix=f"make {output.source.path} match:\n{self._masker.mask(captured.text)}",
            )
        if self._masker.mask(text) != text:
            raise UserError(
                "this output holds a secret", where=where, fix="let the step not print it, and update again"
            )
        return text

    def _read_back(self, output: Block, captured: Captured) -> None:
        """Read the pages again: with what is written now, the output must be what was printed."""
        for language in self._project.languages:
            path = self._project.page_path(output.page, language)
            if not path.is_file():
                continue
            try:
                page, errors = load(path)
            except UserError as error:
                raise self._unreadable(output, captured, error.what) from None
            again = next((block for block in page.blocks if block.index == output.index), None)
            if again is None or again.kind is not output.kind or errors:
                why = errors[0].what if errors else "its block is another one now"
                raise self._unreadable(output, captured, why)
            if expect.compare(again.body, captured.text, again.match) is not None:
                raise self._unreadable(output, captured, "the page would show something else")

    def _unreadable(self, output: Block, captured: Captured, why: str) -> UserError:
        lines = captured.text.split("\n")
        fix = "let the step print something else, or compare with match=ellipsis and …"
        if fences := [match[1] for line in lines if (match := _FENCE.match(line))]:
            length = max(map(len, fences)) + 1
            fix = f"it holds a fence itself: use a longer fence for this output, {'`' * max(length, 4)}"
        elif consoles.is_in_one(output):
            fix = "it holds what looks like a prompt, or no output would be left: correct it by hand"
        elif any("8<-" in line for line in lines):
            fix = "it holds what looks like an include: let the step print something else"
        return UserError(
            f"what was printed cannot be read back from the page, so it was not written: {why}",
            where=str(output.where),
            fix=fix,
        )


def _place(block: Block) -> tuple[str, int]:
    return block.page, block.index
