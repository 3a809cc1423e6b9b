"""Kubernetes' schemas made strict: a field that they do not name is an error, not something to ignore."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

# A size or an amount: 250m, 1Gi, 0.5, 1e3.
_QUANTITY = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"
_DROPPED = {"title", "description", "default", "example"}


def quantity() -> Schema:
    """The schema of an amount; the published one takes any string."""
    return {
        "title": "an amount such as 250m, 0.5 or 64Mi",
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": _QUANTITY}],
    }


def strict(schema: Schema, *, open_objects: bool) -> Schema:
    """``schema`` as JSON Schema draft 4 that allows no field it does not name.

    :param schema: an OpenAPI 3.0 schema, structural as Kubernetes defines that: what is under ``allOf``,
        ``anyOf``, ``oneOf`` and ``not`` restricts values and names no fields of its own.
    :param open_objects: whether an object without any properties takes every field (as in Kubernetes'
        own types) or none (as in a custom resource, whose unknown fields are pruned).
    """
    if schema.get("x-kubernetes-int-or-string"):
        kept = {
            key: value for key, value in schema.items() if key in ("pattern", "enum", "maximum", "minimum")
        }
        return kept | {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    result = {
        key: value
        for key, value in schema.items()
        if key not in _DROPPED and not key.startswith("x-kubernetes-")
    }
    if "properties" in schema:
        result["properties"] = {
            name: strict(inner, open_objects=open_objects) for name, inner in schema["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            result[key] = strict(schema[key], open_objects=open_objects)
    if _closed(schema, open_objects):
        result["additionalProperties"] = False
    if result.pop("nullable", False):
        return {"anyOf": [result, {"type": "null"}]}
    return result


def _closed(schema: Schema, open_objects: bool) -> bool:
    if "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields"):
        return False
    if "properties" in schema:
        return True
    return schema.get("type") == "object" and not open_objects
