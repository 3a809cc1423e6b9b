"""Colours what a command writes into a file as what it is, where Pygments shows one green string.

Only the colours change: each line keeps its text, and one that would not is left as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath

_BEGIN = re.compile(r"(?<!<)<<(?P<tabs>-?)\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)")
#: The file that the line writes.
_FILE = re.compile(r"(?:>>?|\btee(?: --?\w+)*)\s*\"?([^\s<>|&\"]+)")
_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(r"(<code>)(.*)(</code>)", re.DOTALL)
_ENDINGS = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".html": "html",
    ".toml": "toml",
    ".ini": "ini",
    ".gitconfig": "ini",
    ".sh": "bash",
}
#: What the first line says of a text whose file has no ending.
_FIRST = (
    (re.compile(r"#!.*\b(?:ba|z|da)?sh\b"), "bash"),
    (re.compile(r"FROM \S|ARG \w+="), "docker"),
    (re.compile(r"\[[\w.\" -]+\]$"), "ini"),
    (re.compile(r"[{\[]"), "json"),
    (re.compile(r"[\w./-]+:(?: \S.*)?$|--- *$"), "yaml"),
)


@dataclass(frozen=True)
class Body:
    """The text of one here-document.

    :param begin: its first line, from 0.
    :param end: the line of its delimiter.
    :param language: what Pygments calls it.
    """

    begin: int
    end: int
    language: str


def bodies(source: str) -> Iterator[Body]:
    """The here-documents of a shell script whose language is known, in order."""
    lines = source.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        found = _BEGIN.search(line)
        if found is None:
            continue
        begin = number
        while number < len(lines) and _delimiter(lines[number], found["tabs"]) != found["end"]:
            number += 1
        if number == len(lines):  # a shift, as in $((1<<2))
            number = begin
            continue
        file = _FILE.search(line)
        if language := _language(file[1] if file else "", lines[begin:number]):
            yield Body(begin, number, language)
        number += 1


def _delimiter(line: str, tabs: str) -> str:
    return line.lstrip("\t") if tabs else line


def _language(file: str, lines: list[str]) -> str:
    """What a text is, by its file's name or else by its first line; nothing where neither tells."""
    name = PurePosixPath(file).name
    if name == "Dockerfile":
        return "docker"
    if known := _ENDINGS.get(PurePosixPath(name).suffix):
        return known
    first = next((line.strip() for line in lines if line.strip() and not re.match(r"\s*#(?!!)", line)), "")
    return next((language for form, language in _FIRST if form.match(first)), "")


def coloured(html: str, source: str, highlight: Callable[[str, str], str]) -> str:
    """A highlighted shell script, with its here-documents in the colours of their own languages.

    :param html: the script as Pygments has coloured it.
    :param highlight: colours a text in a language, as HTML.
    """
    code = _CODE.search(html)
    if code is None:
        return html
    lines = code[2].split("\n")
    shown = source.rstrip("\n").split("\n")
    if [_text(line) for line in lines[: len(shown)]] != shown:
        return html  # lines are put together in some other way
    for body in bodies(source.rstrip("\n")):
        own = _CODE.search(highlight("\n".join(shown[body.begin : body.end]) + "\n", body.language))
        inner = own[2].split("\n")[: body.end - body.begin] if own else []
        if [_text(line) for line in inner] == shown[body.begin : body.end]:
            lines[body.begin : body.end] = inner
    return html[: code.start(2)] + "\n".join(lines) + html[code.end(2) :]


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html))
