"""What a schema says about a manifest, in words and at a line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft4Validator, ValidationError

from walkthrough.errors import UserError
from walkthrough.inputs.yamlfile import Document, Path

_PLAIN = re.compile(r"[A-Za-z_][\w-]*")


def findings(validator: Draft4Validator, document: Document, data: Any = None) -> Iterator[UserError]:
    """One error for each thing that ``validator`` has against ``document``.

    :param data: checked instead of what the document says, where that differs.
    """
    instance = document.data if data is None else data
    for error in sorted(validator.iter_errors(instance), key=lambda error: str(error.absolute_path)):
        yield from _explain(error, document)


def field_name(path: Path) -> str:
    """``spec.containers[0].image``, as Kubernetes writes it."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            name += f".{part}"
        else:
            name += f'["{part}"]'
    return name.removeprefix(".")


def _explain(error: ValidationError, document: Document) -> Iterator[UserError]:
    path: Path = tuple(error.absolute_path)
    rule: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = sorted(error.schema.get("properties", {}))
        for key in sorted(set(instance) - set(known)):
            near = difflib.get_close_matches(key, known, n=1)
            around = field_name(path)
            yield UserError(
                f"{field_name((*path, key))} is not a field" + (f" of {around}" if around else ""),
                where=f"{document.file}:{document.line((*path, key))}",
                fix=f"did you mean {near[0]}?" if near else f"the fields are {', '.join(known) or '(none)'}",
            )
        return
    where = f"{document.file}:{document.line(path)}"
    if error.validator == "required":
        for key in sorted(set(rule) - set(instance)):
            yield UserError(f"{field_name((*path, key))} is missing", where=where, fix=f"add the field {key}")
        return
    name = field_name(path) or "the document"
    if error.validator == "type":
        yield UserError(
            f"{name} is {_shown(instance)} and must be of type {_joined(rule)}",
            where=where,
            fix="fix the value",
        )
    elif isinstance(error.schema, dict) and "title" in error.schema:
        yield UserError(
            f"{name} is {_shown(instance)} and not {error.schema['title']}", where=where, fix="fix the value"
        )
    elif error.validator in ("anyOf", "oneOf"):
        types = [str(row["type"]) for row in rule if isinstance(row, dict) and "type" in row]
        wanted = f"must be of type {_joined(types)}" if types else "fits none of what is allowed"
        yield UserError(f"{name} is {_shown(instance)} and {wanted}", where=where, fix="fix the value")
    elif error.validator == "enum":
        yield UserError(
            f"{name} is {_shown(instance)}",
            where=where,
            fix=f"it may be {', '.join(map(str, rule))}",
        )
    else:
        yield UserError(f"{name}: {error.message}", where=where, fix="fix the value")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    return repr(value)


def _joined(types: Any) -> str:
    return " or ".join(types) if isinstance(types, list) else str(types)
