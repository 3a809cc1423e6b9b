"""Holds what was read against the form of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from walkthrough.errors import UserError
from walkthrough.inputs.data import Data, parse_yaml


class Forms:
    """The forms that a file describes, by kind, as JSON Schema.

    :param file: YAML, a mapping of kinds to schemas, which may name each other as ``#/$defs/KIND``.
    """

    def __init__(self, file: Traversable) -> None:
        self._file = file
        self._validators: dict[str, Draft202012Validator] = {}

    @property
    def kinds(self) -> list[str]:
        """The names of all forms."""
        return list(self._schemas)

    def schema(self, kind: str) -> Mapping[str, Any]:
        """The schema of a kind, with all that it names."""
        described = self._schemas[kind].get("description", "")
        return {
            "description": described,
            "$ref": f"#/$defs/{kind.replace(' ', '%20')}",
            "$defs": self._schemas,
        }

    def held(self, data: Data, kind: str) -> Data:
        """``data`` itself, which has the form of its kind.

        :raises UserError: it has not: at the line where it is known, with what to write there.
        """
        if kind not in self._validators:
            self._validators[kind] = Draft202012Validator(self.schema(kind))
        return _held(data, self._validators[kind], self._schemas[kind].get("description", ""))

    @cached_property
    def _schemas(self) -> dict[str, Any]:
        text = self._file.read_text(encoding="utf-8")
        schemas: dict[str, Any] = parse_yaml(text, self._file.name).value
        return schemas


_OWN = Forms(files("walkthrough.inputs").joinpath("schemas.yaml"))


def held(data: Data, kind: str) -> Data:
    """``data`` itself, which has the form of its kind, of ``schemas.yaml``.

    :raises UserError: it has not: at the line where it is known, with what to write there.
    """
    return _OWN.held(data, kind)


def held_to(data: Data, schema: Mapping[str, Any]) -> Data:
    """``data`` itself, which has a form that a plugin has described.

    :raises UserError: it has not.
    """
    return _held(data, Draft202012Validator(schema), schema.get("description", ""))


def _held(data: Data, validator: Draft202012Validator, described: str) -> Data:
    if (wrong := best_match(validator.iter_errors(data.value))) is not None:
        path = list(wrong.absolute_path)
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        raise UserError(
            f"{place}: {_words(wrong)}" if place else _words(wrong),
            where=data.where(path),
            fix=_fix(wrong, described),
        )
    return data


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


def _fix(error: ValidationError, described: str) -> str:
    """The nearest description around what is wrong."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    described = schema.get("description") or described
    return f"write {described}" if described else "see the files beside it"
