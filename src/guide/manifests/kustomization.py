"""Kustomizations: their own fields, and the files they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from guide.manifests.catalogue import Kind
from guide.manifests.strict import Schema
from guide.manifests.vendored import FOLDER, SUMS, vendored
from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile
from walkthrough.inputs.yamlfile import Document

FILE = "kustomization.yaml"
MANIFESTS = "manifests"
KIND = Kind("kustomize.config.k8s.io/v1beta1", "Kustomization")

_STRING: Schema = {"type": "string", "minLength": 1}
_STRINGS: Schema = {"type": "array", "items": _STRING, "minItems": 1}
_MAP: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


_OPTIONS = _object(
    labels=_MAP,
    annotations=_MAP,
    disableNameSuffixHash={"type": "boolean"},
    immutable={"type": "boolean"},
)
_GENERATED = _object(
    ("name",),
    name=_STRING,
    namespace=_STRING,
    behavior={"enum": ["create", "replace", "merge"]},
    files=_STRINGS,
    literals=_STRINGS,
    envs=_STRINGS,
    type=_STRING,
    options=_OPTIONS,
)
_TARGET = _object(
    (),
    **dict.fromkeys(
        ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"), _STRING
    ),
)

#: The fields of a kustomization that the guide uses or may use. One that is missing here is an error on
#: purpose: kustomize has old spellings of several, and the guide shows the one that is current.
SCHEMA = _object(
    ("apiVersion", "kind"),
    apiVersion={"enum": [KIND.api_version]},
    kind={"enum": [KIND.kind]},
    namespace=_STRING,
    namePrefix=_STRING,
    nameSuffix=_STRING,
    resources=_STRINGS,
    components=_STRINGS,
    labels={
        "type": "array",
        "items": _object(
            ("pairs",), pairs=_MAP, includeSelectors={"type": "boolean"}, includeTemplates={"type": "boolean"}
        ),
    },
    commonAnnotations=_MAP,
    images={
        "type": "array",
        "items": _object(("name",), name=_STRING, newName=_STRING, newTag=_STRING, digest=_STRING),
    },
    replicas={"type": "array", "items": _object(("name", "count"), name=_STRING, count={"type": "integer"})},
    patches={"type": "array", "items": _object(path=_STRING, patch=_STRING, target=_TARGET)},
    configMapGenerator={"type": "array", "items": _GENERATED},
    secretGenerator={"type": "array", "items": _GENERATED},
    generatorOptions=_OPTIONS,
)
VALIDATOR = Draft4Validator(SCHEMA)

_OPERATION = _object(
    ("op", "path"),
    op={"enum": ["add", "remove", "replace", "move", "copy", "test"]},
    path={"type": "string", "pattern": "^/"},
    **{"value": {}, "from": {"type": "string", "pattern": "^/"}},
)
#: A patch that is a list of operations (RFC 6902).
OPERATIONS = Draft4Validator({"type": "array", "items": _OPERATION, "minItems": 1})


def is_address(resource: str) -> bool:
    """Whether a resource is elsewhere, not a file beside the kustomization."""
    return "://" in resource or resource.startswith("github.com/")


def leads_out(folder: Path, name: str | Path) -> bool:
    """Whether what a kustomization names lies outside of the manifests: whoever renders it would read it."""
    top = next((above for above in (folder, *folder.parents) if above.name == MANIFESTS), folder)
    return harmless.leads_out(folder / name, top)


def _outside(name: str, where: str) -> UserError:
    return UserError(
        f"{name} leads out of {MANIFESTS}/", where=where, fix="name what lies there, or put a copy there"
    )


@dataclass(frozen=True)
class Patch:
    """A patch of a kustomization, inline or in a file.

    :param documents: what it says; a document that is a list holds operations.
    :param target: what it is for, where the kustomization says so.
    """

    documents: list[Document]
    target: dict[str, Any]


@dataclass(frozen=True)
class Kustomization:
    """A ``kustomization.yaml``."""

    path: Path
    document: Document

    @property
    def folder(self) -> Path:
        """What the names in it are relative to."""
        return self.path.parent

    def _strings(self, key: str) -> Iterator[tuple[str, int]]:
        for number, value in enumerate(_list(self.document.data.get(key))):
            if isinstance(value, str):
                yield value, self.document.line((key, number))

    def patch_files(self) -> set[Path]:
        """The files that hold patches."""
        names = (patch.get("path") for patch in _mappings(self.document.data.get("patches")))
        return {self.folder / name for name in names if isinstance(name, str)}

    def generated_from(self) -> set[Path]:
        """The files that go into ConfigMaps and Secrets, whatever they hold."""
        return {path for path, _ in self._generator_files()}

    def _generator_files(self) -> Iterator[tuple[Path, int]]:
        for key in ("configMapGenerator", "secretGenerator"):
            for number, generator in enumerate(_mappings(self.document.data.get(key))):
                for inner in ("files", "envs"):
                    for place, name in enumerate(_list(generator.get(inner))):
                        line = self.document.line((key, number, inner, place))
                        yield self.folder / str(name).rpartition("=")[2], line

    def patches(self) -> Iterator[Patch]:
        """Every patch.

        :raises UserError: one is not YAML.
        """
        for number, patch in enumerate(_mappings(self.document.data.get("patches"))):
            target = patch.get("target")
            target = target if isinstance(target, dict) else {}
            if (
                isinstance(patch.get("path"), str)
                and not leads_out(self.folder, patch["path"])
                and harmless.is_file(path := self.folder / patch["path"])
            ):
                name = str(Path(self.document.file).parent / patch["path"])
                yield Patch(yamlfile.load(read_text(path), name), target)
            if isinstance(patch.get("patch"), str):
                # A block scalar's text begins on the line after its indicator.
                line = self.document.line(("patches", number, "patch")) + 1
                yield Patch(yamlfile.load(patch["patch"], self.document.file, first_line=line), target)

    def broken_names(self) -> Iterator[UserError]:
        """Names of files that are not there, and addresses.

        :raises UserError: the sums of other people's files cannot be read.
        """
        others = vendored(self.folder)
        for name, line in (*self._strings("resources"), *self._strings("components")):
            where = f"{self.document.file}:{line}"
            if is_address(name):
                yield UserError(
                    f"{name} would be fetched again by whoever renders this, and checked by nobody",
                    where=where,
                    fix=f"put it into {FOLDER}/{SUMS}, and write {FOLDER}/{name.rpartition('/')[2]} here",
                )
            elif leads_out(self.folder, name):
                yield _outside(name, where)
            elif name not in others and not (
                harmless.is_file(path := self.folder / name) or harmless.is_file(path / FILE)
            ):
                yield UserError(f"there is no {name} here", where=where, fix="fix the name or add the file")
        files = [*self._generator_files()]
        for number, patch in enumerate(_mappings(self.document.data.get("patches"))):
            if isinstance(patch.get("path"), str):
                files.append((self.folder / patch["path"], self.document.line(("patches", number, "path"))))
        for path, line in files:
            if leads_out(self.folder, path):
                yield _outside(os.path.relpath(path, self.folder), f"{self.document.file}:{line}")
            elif not harmless.is_file(path):
                yield UserError(
                    f"there is no {path.name} here",
                    where=f"{self.document.file}:{line}",
                    fix="fix the name or add the file",
                )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Any) -> list[dict[str, Any]]:
    # Anything else is reported by the schema; an empty one keeps the numbers right.
    return [item if isinstance(item, dict) else {} for item in _list(value)]
