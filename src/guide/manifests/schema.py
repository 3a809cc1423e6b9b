"""The first depth: every manifest against the schema of its kind, without a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from guide import upstream
from guide.manifests import catalogue, kustomization
from guide.manifests.catalogue import Catalogue, Kind
from guide.manifests.findings import findings
from guide.manifests.kustomization import Kustomization
from guide.manifests.rendering import Renderer
from guide.manifests.vendored import SUMS, vendored_errors
from guide.paths import MANIFESTS
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile
from walkthrough.inputs.text import name_of
from walkthrough.inputs.yamlfile import Document

#: Files in the top folder of the manifests that are the guide's own.
OWN = {"versions.yaml"}


class Kinds:
    """The known kinds. Upstream definitions are read when a kind is not Kubernetes' own."""

    def __init__(self, base: Catalogue, urls: Sequence[str], lock_file: Path = upstream.LOCK) -> None:
        self._base = base
        self._urls = urls
        self._lock_file = lock_file

    @cached_property
    def _all(self) -> Catalogue:
        return self._base | catalogue.custom(self._urls, lock_file=self._lock_file)

    def having(self, kind: Kind) -> Catalogue:
        """A catalogue that should have ``kind``.

        :raises UserError: no schema is known for it, or upstream's cannot be had.
        """
        if kind in self._base.kinds:
            return self._base
        if kind not in self._all.kinds:
            like = self._all.like(kind)
            raise UserError(
                f"no schema is known for {kind}",
                fix=f"did you mean {like}?"
                if like
                else "pin the upstream manifest that defines it, and name it in a SHA256SUMS",
            )
        return self._all


def schema_errors(
    folder: Path = MANIFESTS, *, kinds: Kinds | None = None, renderer: Renderer | None = None
) -> list[UserError]:
    """Everything that is wrong with the manifests under ``folder``.

    A kind without a schema is an error, not a pass.

    :param kinds: the known kinds; by default Kubernetes' own and those of the upstream manifests in use.
    :param renderer: renders kustomizations; with it, what comes out is checked as well.
    """
    try:
        known = kinds or Kinds(catalogue.kubernetes(), _pinned(catalogue.used_addresses()))
    except UserError as error:
        return [error]
    return sorted(_Check(folder, known, renderer).errors(), key=_place)


def _pinned(addresses: Sequence[str]) -> list[str]:
    # One that is not pinned is an error of the file that names it.
    pins = upstream.lock()
    return [url for url in addresses if url in pins]


def _place(error: UserError) -> tuple[str, int]:
    file, _, line = (error.where or "").partition(":")
    return file, int(line) if line.isdigit() else 0


class _Check:
    def __init__(self, folder: Path, kinds: Kinds, renderer: Renderer | None) -> None:
        self.folder = folder
        self.kinds = kinds
        self.renderer = renderer

    def errors(self) -> Iterator[UserError]:
        others = {path.parent: path for path in sorted(self.folder.rglob(SUMS))}
        paths = [
            path
            for path in sorted(self.folder.rglob("*.yaml"))
            if path.relative_to(self.folder).name not in OWN and path.parent not in others
        ]
        ours: list[Kustomization] = []
        broken: set[Path] = set()
        for sums in others.values():
            errors = [*vendored_errors(sums, upstream.lock())]
            broken |= {sums.parent.parent} if errors else set()
            yield from errors
        for path in paths:
            if path.name == kustomization.FILE:
                found, errors = self._open(path)
                ours.extend(found)
                broken |= {path.parent} if errors else set()
                yield from errors
        not_manifests = {path for one in ours for path in (*one.patch_files(), *one.generated_from())}
        for path in paths:
            if path.name != kustomization.FILE and path not in not_manifests:
                errors = [*self._manifest(path)]
                broken |= {path.parent} if errors else set()
                yield from errors
        for path in sorted(self.folder.rglob("*.yml")):
            yield UserError("manifests end in .yaml", where=name_of(path), fix="rename it")
        if self.renderer is not None:
            for one in ours:
                # What is wrong in the files is said already, and at a line.
                if one.folder not in broken:
                    yield from self._rendered(one, self.renderer)

    def _open(self, path: Path) -> tuple[list[Kustomization], list[UserError]]:
        try:
            documents = _load(path)
        except UserError as error:
            return [], [error]
        if len(documents) != 1 or not isinstance(documents[0].data, dict):
            return [], [UserError("a kustomization is one mapping", where=name_of(path))]
        one = Kustomization(path, documents[0])
        errors = [*findings(kustomization.VALIDATOR, one.document)]
        try:
            errors.extend(one.broken_names())
            for patch in one.patches():
                for document in patch.documents:
                    errors.extend(self._patch(document, patch.target))
        except UserError as error:
            errors.append(error)
        return [one], errors

    def _patch(self, document: Document, target: dict[str, Any]) -> Iterator[UserError]:
        if isinstance(document.data, list):
            yield from findings(kustomization.OPERATIONS, document)
            return
        if target and document.data.get("$patch") == "delete":
            return  # All that it says is whom it takes away, and that the target says.
        kind = Kind.of(document.data)
        if kind is None:
            yield UserError(
                "a patch must say its apiVersion and kind",
                where=f"{document.file}:{document.line(())}",
                fix="add them" + (f"; the target is {target['kind']}" if "kind" in target else ""),
            )
            return
        yield from self._checked(document, kind, partial=True)

    def _manifest(self, path: Path) -> Iterator[UserError]:
        try:
            documents = _load(path)
        except UserError as error:
            yield error
            return
        if not documents:
            yield UserError("the file is empty", where=name_of(path))
        for document in documents:
            kind = Kind.of(document.data)
            if kind is None:
                yield UserError(
                    "a manifest must say its apiVersion and kind",
                    where=f"{document.file}:{document.line(())}",
                    fix="add them",
                )
            else:
                yield from self._checked(document, kind)

    def _checked(self, document: Document, kind: Kind, *, partial: bool = False) -> Iterator[UserError]:
        try:
            known = self.kinds.having(kind)
        except UserError as error:
            where = f"{document.file}:{document.line(('kind',))}"
            yield UserError(error.what, where=where, fix=error.fix)
            return
        data = _without_directives(document.data) if partial else document.data
        yield from findings(known.validator(kind, partial=partial), document, data)

    def _rendered(self, one: Kustomization, renderer: Renderer) -> Iterator[UserError]:
        name = name_of(one.path)
        try:
            manifests = renderer.render(one.folder)
        except UserError as error:
            yield UserError(error.what, where=name, fix=error.fix)
            return
        for manifest in manifests:
            kind = Kind.of(manifest)
            # Upstream's definitions are large, and not what a patch of ours touches.
            if kind is None or kind.kind == "CustomResourceDefinition":
                continue
            for finding in self._checked(Document(name, manifest, {(): 1}), kind):
                yield UserError(
                    f"in what kustomize makes of it, {kind.kind} {_name(manifest)}: {finding.what}",
                    where=name,
                    fix=finding.fix,
                )


def _load(path: Path) -> list[Document]:
    return yamlfile.load(read_text(path), name_of(path))


def _name(data: dict[str, Any]) -> str:
    metadata = data.get("metadata")
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


def _without_directives(data: Any) -> Any:
    """A patch without what removes or steers: ``$patch: delete``, ``field: null``."""
    if isinstance(data, dict):
        return {
            key: _without_directives(value)
            for key, value in data.items()
            if value is not None and not key.startswith("$")
        }
    if isinstance(data, list):
        return [_without_directives(item) for item in data]
    return data
