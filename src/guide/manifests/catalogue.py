"""Which kinds there are, and the strict schema of each."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.validators import extend

from guide import upstream
from guide.manifests.strict import Schema, quantity, strict
from guide.manifests.vendored import SUMS
from guide.paths import MANIFESTS, ROOT, SNIPPETS, cache_dir
from guide.sandbox.toolchain import Toolchain, environment
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile

# Part of the cache's names: count up when strict() or what is stored changes.
_FORMAT = 2
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_MANIFEST_URL = re.compile(r"https://[^\s\"'<>)\]]+\.ya?ml\b")

#: A schema that lets required fields be missing: what a patch is checked against.
PartialValidator = extend(Draft4Validator, {"required": lambda *_: ()})  # type: ignore[no-untyped-call]


@dataclass(frozen=True, order=True)
class Kind:
    """An API version and a kind, as a manifest writes them."""

    api_version: str
    kind: str

    @classmethod
    def of(cls, data: Any) -> Kind | None:
        """What the manifest ``data`` says it is; None where it does not say."""
        if not isinstance(data, dict):
            return None
        api_version, kind = data.get("apiVersion"), data.get("kind")
        return cls(api_version, kind) if isinstance(api_version, str) and isinstance(kind, str) else None

    def __str__(self) -> str:
        return f"{self.api_version} {self.kind}"


@dataclass
class Catalogue:
    """Kinds and their schemas.

    :param definitions: named schemas, which the others point to.
    :param kinds: the name in ``definitions`` of each kind.
    """

    definitions: dict[str, Schema] = field(default_factory=dict)
    kinds: dict[Kind, str] = field(default_factory=dict)

    def validator(self, kind: Kind, *, partial: bool = False) -> Draft4Validator:
        """What checks a manifest of ``kind`` (or, ``partial``, a patch to one).

        :raises KeyError: the catalogue has no such kind.
        """
        schema = {"$ref": f"#/definitions/{self.kinds[kind]}", "definitions": self.definitions}
        validator: Draft4Validator = (PartialValidator if partial else Draft4Validator)(schema)
        return validator

    def like(self, kind: Kind) -> str:
        """A kind that ``kind`` may be a slip for; empty where nothing is near."""
        same = sorted(str(known) for known in self.kinds if known.kind == kind.kind)
        near = difflib.get_close_matches(str(kind), [str(known) for known in self.kinds], n=1, cutoff=0.8)
        return " or ".join(same or near)

    def __or__(self, other: Catalogue) -> Catalogue:
        return Catalogue(self.definitions | other.definitions, self.kinds | other.kinds)

    def dumps(self) -> str:
        """As JSON, for the cache."""
        kinds = [[kind.api_version, kind.kind, name] for kind, name in sorted(self.kinds.items())]
        return json.dumps({"definitions": self.definitions, "kinds": kinds}, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Catalogue:
        """The opposite of :meth:`dumps`."""
        data = json.loads(text)
        return cls(data["definitions"], {Kind(version, kind): name for version, kind, name in data["kinds"]})


def kubernetes(sandbox: Path = ROOT / "sandbox") -> Catalogue:
    """Kubernetes' own kinds, from the OpenAPI documents in the Go module that the sandbox pins.

    :raises UserError: Go is missing, or the module cannot be had.
    """
    pinned = re.search(
        r"^\s*k8s\.io/kubernetes (v\S+)", (sandbox / "go.mod").read_text(encoding="utf-8"), re.M
    )
    if pinned is None:
        raise UserError("go.mod does not pin k8s.io/kubernetes", where=str(sandbox / "go.mod"))
    cached = cache_dir() / "schemas" / f"kubernetes-{pinned[1]}-{_FORMAT}.json"
    if cached.is_file():
        return Catalogue.loads(cached.read_text(encoding="utf-8"))
    catalogue = from_openapi((_module(sandbox) / "api" / "openapi-spec" / "v3").glob("*.json"))
    whole.write(cached, catalogue.dumps())
    return catalogue


def _module(sandbox: Path) -> Path:
    """The folder of the Kubernetes module, downloaded once and checked against ``go.sum``."""
    command = ["go", "mod", "download", "-json", "k8s.io/kubernetes"]
    try:
        toolchain = Toolchain.find(sandbox)
    except UserError as error:
        raise UserError(
            f"Kubernetes' schemas come in its Go module, and Go is not usable here: {error.what}",
            where=error.where,
            fix="install Go as README.md says; nothing else stands in for these schemas",
        ) from error
    done = subprocess.run(
        [str(toolchain.go), *command[1:]], cwd=sandbox, env=environment(), capture_output=True, text=True
    )
    answer = json.loads(done.stdout or "{}")
    if done.returncode != 0 or "Dir" not in answer:
        raise UserError(
            f"Kubernetes' schemas cannot be fetched: {answer.get('Error') or done.stderr.strip()}",
            where=f"{' '.join(command)} in {sandbox}",
            fix="see to the network, or set GOPROXY",
        )
    return Path(answer["Dir"])


def from_openapi(files: Iterable[Path]) -> Catalogue:
    """Strict schemas of the kinds in Kubernetes' OpenAPI 3 documents, one file an API version."""
    catalogue = Catalogue()
    for path in sorted(files):
        # Definitions stand in many of the files, and are alike there but for the kinds of delete options.
        text = path.read_text(encoding="utf-8").replace("#/components/schemas/", "#/definitions/")
        for name, schema in json.loads(text).get("components", {}).get("schemas", {}).items():
            if name in catalogue.definitions:
                continue
            catalogue.definitions[name] = strict(schema, open_objects=True)
            for row in schema.get("x-kubernetes-group-version-kind", ()):
                api_version = f"{row['group']}/{row['version']}".removeprefix("/")
                catalogue.kinds.setdefault(Kind(api_version, row["kind"]), name)
    for name in catalogue.definitions:
        if name.endswith(".resource.Quantity"):
            catalogue.definitions[name] = quantity()
    return catalogue


def custom(urls: Iterable[str], *, lock_file: Path = upstream.LOCK) -> Catalogue:
    """The kinds that pinned upstream manifests define, with the schemas they give.

    :raises UserError: one of the manifests cannot be had, or is not the pinned one.
    """
    catalogue = Catalogue()
    for url in urls:
        path = upstream.fetch(url, lock_file=lock_file)
        cached = cache_dir() / "schemas" / f"crds-{upstream.digest_of(path)}-{_FORMAT}.json"
        if cached.is_file():
            found = Catalogue.loads(cached.read_text(encoding="utf-8"))
        else:
            found = from_definitions(read_text(path), url)
            whole.write(cached, found.dumps())
        catalogue |= found
    return catalogue


def from_definitions(text: str, name: str) -> Catalogue:
    """Strict schemas from the CustomResourceDefinitions in a YAML text; other documents are passed over."""
    catalogue = Catalogue()
    for document in yamlfile.load(text, name):
        if not isinstance(document.data, dict) or document.data.get("kind") != "CustomResourceDefinition":
            continue
        spec = document.data["spec"]
        for version in spec["versions"]:
            schema = version.get("schema", {}).get("openAPIV3Schema")
            if not version.get("served") or schema is None:
                continue
            kind = Kind(f"{spec['group']}/{version['name']}", spec["names"]["kind"])
            closed = strict(schema, open_objects=False)
            if "properties" in closed:
                closed["properties"] |= {
                    "apiVersion": {"type": "string"},
                    "kind": {"type": "string"},
                    "metadata": {"$ref": f"#/definitions/{_META}"},
                }
            key = f"{spec['group']}.{version['name']}.{kind.kind}"
            catalogue.definitions[key] = closed
            catalogue.kinds[kind] = key
    return catalogue


def used_addresses(folders: Iterable[Path] = (MANIFESTS, SNIPPETS)) -> list[str]:
    """The upstream manifests that the guide's own files refer to, each once, in alphabetical order."""
    used: set[str] = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and (path.suffix in (".yaml", ".sh") or path.name == SUMS):
                used.update(_MANIFEST_URL.findall(read_text(path)))
    return sorted(used)
