"""Holds what was read against the form of its kind: ``schemas.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from guide.errors import GuideError
from guide.inputs.data import Data, parse_yaml


def held(data: Data, kind: str) -> Data:
    """``data`` itself, which has the form of its kind.

    :raises GuideError: it has not: at the line where it is known, with what to write there.
    """
    if (wrong := best_match(_validator(kind).iter_errors(data.value))) is not None:
        path = list(wrong.absolute_path)
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        raise GuideError(
            f"{place}: {_words(wrong)}" if place else _words(wrong),
            where=data.where(path),
            fix=_fix(wrong, kind),
        )
    return data


def kinds() -> list[str]:
    """The names of all forms."""
    return list(_schemas())


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    text = files("guide.inputs").joinpath("schemas.yaml").read_text(encoding="utf-8")
    schemas: dict[str, Any] = parse_yaml(text, "schemas.yaml").value
    return schemas


@lru_cache(maxsize=32)
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind.replace(' ', '%20')}", "$defs": _schemas()})


def _words(error: ValidationError) -> str:
    if error.instance is None:
        return "there is nothing"
    schema: Any = error.schema
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "required":
        lacking = [key for key in wanted if key not in instance]
        return f"it lacks {', '.join(map(repr, lacking))}"
    if error.validator == "additionalProperties" and wanted is False:
        known = schema.get("properties", {})
        return f"it has the unknown {', '.join(repr(key) for key in instance if key not in known)}"
    shown = repr(error.instance)
    if len(shown) > 60:
        shown = f"{shown[:60]}…"
    if error.validator == "type":
        return f"{shown} is not of the type {wanted}"
    if error.validator == "enum":
        return f"{shown} is none of {', '.join(map(str, wanted))}"
    return f"{shown} cannot stand here"


def _fix(error: ValidationError, kind: str) -> str:
    """The nearest description around what is wrong."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    described: str = schema.get("description") or _schemas()[kind].get("description", "")
    return f"write {described}" if described else "see the files beside it"
