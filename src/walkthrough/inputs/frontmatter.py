"""What stands between the lines ``---`` at the head of a page."""

from __future__ import annotations

from typing import Any

from mkdocs.utils.meta import get_data

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.inputs.data import Data, parse_yaml, texts
from walkthrough.inputs.schema import held, held_to
from walkthrough.inputs.text import no_text

#: What themes write between quotes, into an attribute.
_QUOTED = ("description", "author")
#: What is written there for blocks, and not for the theme.
_OURS = ("placeholders",)


def split(text: str, name: str) -> tuple[str, Data | None]:
    """The page with its front matter blanked, line for line, and the front matter; nothing where it has none.

    :param name: what to call the page in messages.
    :raises UserError: the front matter has no end, is no YAML, or has not its form; at its line.
    """
    body, data = _split(text, name)
    # What MkDocs itself reads, which takes ``title: x`` without lines around it as well, and shows neither.
    shown, given = get_data(text)
    body = "\n" * (text.count("\n") - shown.count("\n")) + shown if given else body
    known = {key: value for key, value in given.items() if key not in _OURS}
    for path, value in texts(known):
        if why := no_text(value, quoted=path[0] in _QUOTED):
            raise UserError(
                f"the front matter: {'.'.join(map(str, path))} has {why}, and the theme writes it as it is",
                where=data.where(path) if data else f"{name}:1",
                fix='write it in plain words; other quotes than " in a description',
            )
    return body, data


def _split(text: str, name: str) -> tuple[str, Data | None]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return text, None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise UserError("the front matter has no end", where=f"{name}:1", fix="close it with a line ---")
    try:
        data = parse_yaml("\n".join(lines[1:end]), name, first_line=2)
        value: Any = {} if data.value is None else data.value
        data = held(Data(name, value, data.line_of), "front matter")
        for form in hooks.front_matter():
            held_to(data, form)
    except UserError as error:
        raise UserError(f"the front matter: {error.what}", where=error.where, fix=error.fix) from None
    return "\n".join([""] * (end + 1) + lines[end + 1 :]), data
