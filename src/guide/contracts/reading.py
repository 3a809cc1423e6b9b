"""Which version of an original is pinned now, and whether a fact was read at it."""

from __future__ import annotations

from pathlib import Path

from guide.contracts.table import Fact
from guide.pins import versions
from guide.sandbox import binaries, image_table
from walkthrough.errors import UserError

#: An image's variant is no other version of what is in it.
_VARIANTS = ("-alpine", "-debian", "-rootless")


class Pins:
    """What a checkout pins: products, images' tags, and programs of the sandbox."""

    def __init__(self, root: Path) -> None:
        self._now = {f"product:{name}": row["version"] for name, row in versions.load(root).items()}
        for row in image_table.Table(root / "sandbox").images:
            name, _, tag = str(row["ref"]).rpartition(":")
            self._now[f"image:{name}"] = tag
        for name, recipe in binaries.recipes(root / "sandbox").items():
            self._now[f"program:{name}"] = recipe.version

    def now(self, fact: Fact) -> str:
        """The version that is pinned of what a fact was read in; empty where nothing is.

        :raises UserError: there is no such pin.
        """
        if not fact.pin:
            return ""
        try:
            return self._now[fact.pin]
        except KeyError:
            raise UserError(
                f"nothing is pinned as {fact.pin}",
                where=fact.where,
                fix="name a product of manifests/versions.yaml, an image of sandbox/images.toml without "
                "its tag, or a program of sandbox/binaries.toml",
            ) from None

    def is_unread(self, fact: Fact) -> bool:
        """Whether another version is pinned than the one that it was read in."""
        pinned, read = _plain(self.now(fact)), _plain(fact.read_for)
        # A channel such as 1.36 pins every 1.36.x.
        return bool(pinned) and read != pinned and not read.startswith(f"{pinned}.")


def _plain(version: str) -> str:
    plain = version.removeprefix("v")
    for variant in _VARIANTS:
        plain = plain.removesuffix(variant)
    return plain
