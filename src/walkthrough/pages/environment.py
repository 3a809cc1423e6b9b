"""What a site's file puts in of the environment, which is of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from walkthrough.machine.secretnames import is_secret

_ENV = "!ENV"


def secret_variables(text: str) -> Iterator[tuple[str, int]]:
    """The variables of the environment that a YAML text has put in and that are called as secrets are.

    :return: the name, and the line from 1.
    """
    names: list[tuple[str, int]] | None = None
    for event in yaml.parse(text, yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.SequenceStartEvent) and event.tag == _ENV:
            names = []
        elif isinstance(event, yaml.SequenceEndEvent) and names is not None:
            # The last of several is what counts where none of the others is set.
            yield from (each for each in (names[:-1] or names) if is_secret(each[0]))
            names = None
        elif isinstance(event, yaml.ScalarEvent):
            if names is not None:
                names.append((event.value, line))
            elif event.tag == _ENV and is_secret(event.value):
                yield event.value, line
