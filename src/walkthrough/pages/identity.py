"""Proves that a manifest on a page is the file it says it is."""

from __future__ import annotations

import difflib
import re

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs.text import read_bytes
from walkthrough.pages.characters import unseen
from walkthrough.project import Project

_HEREDOC = re.compile(r"<<(?P<dash>-?)[ \t]*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)")
#: The words of a line of bash, without the quotes and signs around them.
_WORD = re.compile(r"[^\s<>|&;()'\"]+")


def check(project: Project, title: str, body: str, language: str, where: str) -> None:
    """Compare a manifest block with ``manifests/<title>``, byte for byte.

    :param body: the block's body; for bash the heredoc in it is what counts.
    :raises UserError: at ``where``, they are not the same.
    """
    file = project.manifests / title
    name = project.relative(file)
    if harmless.leads_out(file, project.root):
        # Where the page shows something else, both are quoted.
        raise UserError(f"{name} leads out of the site", where=where, fix="put a copy in its place")
    try:
        content = read_bytes(file, name)
    except UserError as error:
        raise UserError(
            f"there is no file {name} to show: {error.what}", where=where, fix="write it, or correct title="
        ) from None
    shown = heredoc(body, title, where) if language == "bash" else body
    if shown.encode() == content:
        return
    if b"\r" in content:
        line = content.count(b"\n", 0, content.index(b"\r")) + 1
        raise UserError(
            f"{name} has carriage returns, which the page does not show",
            where=f"{where}, in {name}:{line}",
            fix="save it with plain line ends: sed -i 's/\\r$//' FILE",
        )
    if language == "bash" and shown.encode() == content + b"\n":
        raise UserError(
            f"the heredoc ends with an empty line that {name} does not have: the include brings it along",
            where=where,
            fix=f'leave the last, empty line out of the include: --8<-- "{name}:1:-2"',
        )
    if shown.encode() == content.rstrip(b"\n") + b"\n":
        raise UserError(f"{name} does not end with exactly one line end", where=where, fix="fix the file")
    expected, actual = (text.split("\n") for text in (content.decode(errors="replace"), shown))
    difference = list(difflib.unified_diff(expected, actual, name, "the page", n=1, lineterm=""))
    if unseen("\n".join(difference)):
        difference = [f"{line[:1]}{line[1:]!a}" for line in difference]
    raise UserError(
        f"the page does not show {name}:\n" + "\n".join(difference),
        where=where,
        fix=f'include the whole file: --8<-- "{name}"',
    )


def heredoc(body: str, title: str, where: str) -> str:
    """What the one heredoc of a bash block writes.

    :raises UserError: there is not exactly one, bash would expand it, or it does not write ``title``.
    """
    lines = body.split("\n")
    found = [(n, match) for n, line in enumerate(lines) if (match := _HEREDOC.search(line))]
    if not found:
        raise UserError("this manifest writes no file", where=where, fix=f"write cat > {title} <<'EOF' … EOF")
    start, match = found[0]
    if not match["quote"] or match["dash"]:
        raise UserError(
            "bash changes the text of this heredoc before it is written", where=where, fix="write <<'EOF'"
        )
    if not any(_same_file(word, title) for word in _WORD.findall(lines[start])):
        raise UserError(
            f"the heredoc is not written to {title}", where=where, fix=f"write cat > {title} <<'EOF'"
        )
    try:
        end = lines.index(match["end"], start + 1)
    except ValueError:
        raise UserError(
            f"the heredoc has no end: no line {match['end']}", where=where, fix=f"add a line {match['end']}"
        ) from None
    if any(n > end for n, _ in found):
        raise UserError("this manifest writes two files", where=where, fix="give each file its own block")
    return "".join(f"{line}\n" for line in lines[start + 1 : end])


def _same_file(path: str, title: str) -> bool:
    """Whether a path may be the file: a step may stand in a folder of it, or name the folders around it."""
    ours, theirs = title.split("/")[::-1], path.split("/")[::-1]
    return all(one == other for one, other in zip(ours, theirs, strict=False))
