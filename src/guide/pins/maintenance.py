"""Keeping the pins: in step with what is brought, asked of the registries, and checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from pathlib import Path

from guide.manifests.rendering import Renderer
from guide.paths import ROOT
from guide.pins import lockfile, registry
from guide.pins.lockfile import Pin
from guide.pins.pinned_files import PinnedFile, pinned_files, write
from guide.pins.registry import Resolver
from guide.pins.usage import mentioned, used_images
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.progress import Progress

_RENEW = "run 'guide pins lock', and look at the difference"


@dataclasses.dataclass(frozen=True)
class Resolved:
    """What the registries said.

    :param changes: a line an image.
    :param errors: the images that could not be asked about; their pins are as they were.
    :param files: the files that were changed.
    """

    changes: list[str]
    errors: list[UserError]
    files: list[Path]


def lock(renderer: Renderer, root: Path = ROOT) -> list[Path]:
    """Bring the lock file in step with what the guide brings, and the digests to where they take effect.

    Asks nobody: an image that is new is not pinned yet.

    :return: the files that were changed.
    :raises UserError: a file cannot be read, or a kustomization cannot be rendered.
    """
    pins = in_step(lockfile.load(root / lockfile.NAME), used_images(renderer, root))
    return _write(pins, root)


def in_step(pins: Mapping[str, Pin], images: Mapping[str, tuple[str, ...]]) -> dict[str, Pin]:
    """The pins of the images that are brought, each with the files that bring it."""
    return {
        image: dataclasses.replace(pins.get(image, Pin(image)), used=used) for image, used in images.items()
    }


def resolve(
    renderer: Renderer,
    progress: Progress,
    root: Path = ROOT,
    *,
    ask: Resolver = registry.resolve,
    today: date | None = None,
) -> Resolved:
    """Ask each image's registry what its tag means, and write that down.

    :raises UserError: what the guide brings cannot be found out.
    """
    pins = in_step(lockfile.load(root / lockfile.NAME), used_images(renderer, root))
    changes, errors = [], []
    with progress.task("Asking the registries") as task:
        for number, pin in enumerate(list(pins.values()), start=1):
            task.update(f"{number} of {len(pins)}: {pin.image}")
            try:
                digest = ask(pin.reference)
            except UserError as error:
                errors.append(error)
                continue
            changes.append(f"{digest}  {pin.image}  {_said(pin, digest)}")
            if digest != pin.digest:
                host = registry.host_of(pin.reference)
                pins[pin.image] = Pin(pin.image, digest, today or date.today(), registry=host, used=pin.used)
    return Resolved(changes, errors, _write(pins, root))


def _said(pin: Pin, digest: str) -> str:
    if not pin.digest:
        return "pinned"
    return "as before" if digest == pin.digest else f"moved: was {pin.digest}"


def _write(pins: Mapping[str, Pin], root: Path) -> list[Path]:
    path = root / lockfile.NAME
    text = lockfile.dumps(pins.values())
    changed = write(pins, root)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        whole.write(path, text)
        changed.insert(0, path)
    return changed


def errors(renderer: Renderer, root: Path = ROOT) -> Iterator[UserError]:
    """What is wrong with the pins, as far as can be told without asking anybody."""
    try:
        pins, images = lockfile.load(root / lockfile.NAME), used_images(renderer, root)
    except UserError as error:
        yield error
        return
    for image in sorted(pins.keys() | images.keys()):
        if image not in pins:
            places_of_it = sorted({mentioned(image, root / name) for name in images[image]})
            where = ", ".join(place.removeprefix(f"{root}/") for place in places_of_it)
            yield UserError(f"{image} is not listed", where=where, fix=_RENEW)
        elif image not in images:
            yield UserError(
                f"{image} is listed, and nothing brings it", where=_listed(image, root), fix=_RENEW
            )
        elif pins[image].used != images[image]:
            yield UserError(
                f"{image} is brought by {', '.join(images[image])}, and the list says otherwise",
                where=_listed(image, root),
                fix=_RENEW,
            )
    for found in pinned_files(pins, root):
        if found.text != found.wanted:
            yield UserError(
                f"it does not carry the digests of {lockfile.NAME}",
                where=f"{found.path.relative_to(root)}:{_differs(found)}",
                fix=_RENEW,
            )


def _listed(image: str, root: Path) -> str:
    """``file:line`` of an image in the list."""
    lines = (root / lockfile.NAME).read_text(encoding="utf-8").split("\n")
    line = next((number for number, text in enumerate(lines, 1) if text.rstrip(":").strip("\"'") == image), 1)
    return f"{lockfile.NAME}:{line}"


def _differs(file: PinnedFile) -> int:
    """The first line of a file that is not as the pins want it."""
    pairs = zip_longest(file.text.split("\n"), file.wanted.split("\n"))
    return next((number for number, (has, wants) in enumerate(pairs, 1) if has != wants), 1)


def moved(
    pins: Mapping[str, Pin], progress: Progress, *, ask: Resolver = registry.resolve
) -> Iterator[UserError]:
    """The pinned images whose tag means something else today, and those that could not be asked about."""
    pinned = [pin for pin in pins.values() if pin.digest]
    with progress.task("Asking the registries") as task:
        for number, pin in enumerate(pinned, start=1):
            task.update(f"{number} of {len(pinned)}: {pin.image}")
            try:
                digest = ask(pin.reference)
            except UserError as error:
                yield error
                continue
            if digest != pin.digest:
                yield UserError(
                    f"{pin.image} has moved: it was {pin.digest}, and is {digest}",
                    where=lockfile.NAME,
                    fix="find out why, then run 'guide pins resolve'",
                )
