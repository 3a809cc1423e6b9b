"""Reads text, or says why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

from walkthrough.errors import UserError

#: More than any text of a site has; a device or a mistake is not read until memory ends.
LIMIT = 64 << 20


#: How an element, its end, a comment or an instruction begins in HTML.
_MARKUP = re.compile(r"<[A-Za-z/!?]")


def name_of(path: Path) -> str:
    """What to call a file in messages: relative to the site whose it is, the folder with a ``mkdocs.yml``."""
    root = next((folder for folder in path.parents if (folder / "mkdocs.yml").is_file()), None)
    return path.relative_to(root).as_posix() if root is not None and path.is_absolute() else str(path)


def read_text(path: Path, name: str | None = None, *, fix: str | None = None) -> str:
    """The text of a file in UTF-8, line ends as in any text; a byte order mark is none of it.

    :param name: what to call it in messages; its path by default.
    :param fix: what to do where it is not there.
    :raises UserError: it is not there, cannot be read, or is no text.
    """
    name = name or name_of(path)
    return decoded(read_bytes(path, name, fix=fix), name)


def read_bytes(path: Path, name: str, *, fix: str | None = None) -> bytes:
    """The bytes of a file that is not larger than any text of a site; see :func:`read_text`."""
    try:
        # A pipe would be waited for, for ever.
        if path.exists() and not path.is_file():
            raise UserError("this is no file", where=name, fix="put a file of text in its place")
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise UserError(
            "this file is not there", where=name, fix=fix or "take it back from git, or write it"
        ) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UserError(
            f"this file cannot be read: {said}", where=name, fix="let it be read by whoever runs this"
        ) from None
    if len(data) > LIMIT:
        raise UserError(f"this is more than {LIMIT >> 20} MiB", where=name, fix="is it the right file?")
    return data


def filled(text: str, values: Mapping[str, str], name: str) -> str:
    """``text`` with each ``{key}`` of it replaced by its value.

    :param name: the file that it is from, for messages.
    :raises UserError: a brace is alone, or there is no such key.
    """
    try:
        keys = [(key, form, sign) for _, key, form, sign in Formatter().parse(text) if key is not None]
    except ValueError as error:
        raise UserError(
            f"{text!r} cannot be filled in: {error}", where=name, fix="write {{ and }} for a brace itself"
        ) from None
    for key, form, sign in keys:
        if key not in values or form or sign:
            known = ", ".join(f"{{{each}}}" for each in values)
            raise UserError(f"{text!r} has an unknown {{{key}}}", where=name, fix=f"it may have {known}")
    return text.format_map(values)


def no_text(value: str, *, quoted: bool) -> str:
    """Why a text is none where a theme writes it as it is, and may be a program; empty where it is one.

    :param quoted: it is written between quotes, into an attribute.
    """
    if _MARKUP.search(value):
        return "markup"
    return "a quote" if quoted and '"' in value else ""


def decoded(data: bytes, name: str) -> str:
    """The text that some bytes are.

    :raises UserError: they are none, at the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"this is not UTF-8: the byte 0x{data[error.start]:02x}",
            where=f"{name}:{line}",
            fix="save it as UTF-8",
        ) from None
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise UserError("there is a NUL, which is no text", where=f"{name}:{line}", fix="take it away")
    return text.replace("\r\n", "\n").replace("\r", "\n")
