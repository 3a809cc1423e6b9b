"""Which images the guide uses: in its kustomizations, and in the files that are no manifests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from guide import upstream
from guide.manifests import kustomization
from guide.manifests.rendering import Renderer
from guide.manifests.vendored import vendored
from guide.paths import ROOT
from guide.pins.references import Reference, mentions
from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, read_yaml

#: Columns; more than any line of a manifest has, so that none is broken.
WIDTH = 1_000_000


def used_images(renderer: Renderer, root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """The files that use each image, by name and tag.

    :param renderer: works out what a kustomization comes to.
    :raises UserError: a kustomization cannot be rendered, an upstream file cannot be had, or an image
        has no tag.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path in kustomizations(root):
        named = sources(path)
        # What a patch takes away again is not brought.
        left = _rendered(path, renderer) if named else set()
        for reference in named:
            if reference.name in left:
                found[_key(reference, path)].add(path.relative_to(root).as_posix())
    for path in plain_files(root):
        text = read_text(path)
        for mention in mentions(text):
            found[_key(mention.reference, path, _line(text, mention.start))].add(
                path.relative_to(root).as_posix()
            )
    return {image: tuple(sorted(files)) for image, files in sorted(found.items())}


def kustomizations(root: Path = ROOT) -> list[Path]:
    """The kustomizations of the guide."""
    return sorted((root / "manifests").rglob(kustomization.FILE))


def plain_files(root: Path = ROOT) -> list[Path]:
    """The files whose images no kustomization sees: steps, and what is built or read as it is."""
    manifests = (path for path in (root / "manifests").rglob("*") if path.is_file())
    others = (path for path in manifests if path.suffix not in (".yaml", ".lock"))
    return sorted([*others, *(root / "snippets").rglob("*.sh")])


def mentioned(image: str, path: Path) -> str:
    """``file:line`` of where a file itself, or one that a kustomization brings, names an image first.

    :param image: its name and tag.
    """
    for name, text in _texts(path) if path.name == kustomization.FILE else [(path, read_text(path))]:
        for mention in mentions(text):
            if mention.reference.tagged == image:
                return f"{name}:{_line(text, mention.start)}"
    return str(path)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _key(reference: Reference, path: Path, line: int = 0) -> str:
    if not reference.tag:
        raise UserError(
            f"{reference} says no tag",
            where=f"{path}:{line}" if line else str(path),
            fix="write name:tag; 'guide pins' puts the digest behind it",
        )
    return reference.tagged


def sources(path: Path) -> list[Reference]:
    """What the files of a kustomization itself bring, before its ``images`` say otherwise.

    The tag is theirs: an entry that is older than the manifest must not hide the newer one.
    """
    return [mention.reference for _, text in _texts(path) for mention in mentions(text)]


def _rendered(path: Path, renderer: Renderer) -> set[str]:
    """The names of the images in what a kustomization comes to."""
    # The kinds themselves run nothing, and are most of the text.
    manifests = [one for one in renderer.render(path.parent) if one["kind"] != "CustomResourceDefinition"]
    text = yaml.dump_all(manifests, Dumper=yaml.CSafeDumper, width=WIDTH)
    return {mention.reference.name for mention in mentions(text)}


def _texts(path: Path) -> Iterator[tuple[Path, str]]:
    """The files of a kustomization, itself first, with what they say."""
    yield path, read_text(path)
    data = read_yaml(path).value
    resources = data.get("resources", ()) if isinstance(data, Mapping) else ()
    others = vendored(path.parent)
    for name in resources if isinstance(resources, list) else ():
        if not isinstance(name, str):
            continue  # whoever checks the manifests says so
        if name in others:
            yield path.parent / name, read_text(upstream.fetch(others[name].url))
        elif not kustomization.leads_out(path.parent, name) and harmless.is_file(file := path.parent / name):
            yield file, read_text(file)
