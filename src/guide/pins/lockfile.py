"""``manifests/images.lock``: every image that the guide brings, and where the digest of each was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from guide.paths import ROOT
from guide.pins.references import DIGEST, Reference
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile

#: Relative to the checkout.
NAME = "manifests/images.lock"

_HEAD = """\
# Every image that manifests/ and the steps bring, and the digest that its tag was seen to mean:
# by its registry on a day, or in public records that agree. Without a digest it is not pinned yet.
# Written by 'guide pins lock' and 'guide pins resolve'; a digest is never made up.
"""
_KEYS = {"digest", "date", "registry", "records", "used"}
_RECORD = re.compile(r"https://github\.com/[^/]+/[^/]+/blob/[0-9a-f]{40}/.+")
#: So many owners of repositories must have seen the same digest, where no registry was asked.
_OWNERS = 2


@dataclass(frozen=True)
class Pin:
    """An image that the guide brings.

    :param image: name and tag, as :attr:`Reference.tagged` has them.
    :param digest: empty where it is not pinned yet.
    :param day: when it was seen.
    :param registry: the host that said so.
    :param records: or the addresses of public records that do.
    :param used: the files that bring it, relative to the checkout.
    """

    image: str
    digest: str = ""
    day: date | None = None
    registry: str = ""
    records: tuple[str, ...] = ()
    used: tuple[str, ...] = field(default=(), compare=False)

    @property
    def reference(self) -> Reference:
        """The image by its tag and its digest."""
        return Reference.parse(self.image).at(self.digest)


def load(path: Path = ROOT / NAME) -> dict[str, Pin]:
    """The pins by image; none where there is no such file.

    :raises UserError: the first thing that is wrong with the file, at its line.
    """
    documents = yamlfile.load(read_text(path, NAME), NAME) if path.exists() else []
    if not documents:
        return {}
    if len(documents) > 1 or not isinstance(documents[0].data, dict):
        raise UserError("it is no mapping of images", where=NAME, fix="look at what git has of it")
    document = documents[0]
    pins = {}
    for image, row in document.data.items():
        if wrong := next(_wrong(image, row), ""):
            raise UserError(
                f"{image}: {wrong}",
                where=f"{NAME}:{document.line((image,))}",
                fix="take the digest and what belongs to it away, and run 'guide pins resolve'",
            )
        pins[image] = Pin(
            image,
            digest=row.get("digest", ""),
            day=date.fromisoformat(row["date"]) if "date" in row else None,
            registry=row.get("registry", ""),
            records=tuple(row.get("records", ())),
            used=tuple(row["used"]),
        )
    return pins


def _wrong(image: str, row: Any) -> Iterator[str]:
    """What is wrong with a row, the first thing first: what follows may build on it."""
    try:
        reference = Reference.parse(image)
    except UserError as error:
        yield error.what
        return
    if reference.digest or not reference.tag or reference.tagged != image:
        yield "it is not registry/name:tag"
    if not isinstance(row, dict) or not isinstance(row.get("used"), list) or not row["used"]:
        yield "nothing is said to use it"
        return
    if not all(isinstance(file, str) for file in row["used"]):
        yield "what uses it is no list of files"
        return
    if unknown := row.keys() - _KEYS:
        yield f"unknown: {', '.join(sorted(unknown))}"
    if "digest" not in row:
        if said := row.keys() - {"used"}:
            yield f"{', '.join(sorted(said))} without a digest"
        return
    if not isinstance(row["digest"], str) or not DIGEST.fullmatch(row["digest"]):
        yield "the digest is not sha256: and 64 hexadecimal digits"
    try:
        date.fromisoformat(row.get("date", ""))
    except (TypeError, ValueError):
        yield "the date is missing, or is none"
    if ("registry" in row) == ("records" in row):
        yield "a digest comes from a registry or from records"
    if "registry" in row and (not isinstance(row["registry"], str) or not row["registry"]):
        yield "the registry is no host"
    if "records" in row:
        yield from _wrong_records(row["records"])


def _wrong_records(records: Any) -> Iterator[str]:
    if not isinstance(records, list) or not all(isinstance(record, str) for record in records):
        yield "the records are no list of addresses"
        return
    for record in records:
        if not _RECORD.fullmatch(record):
            yield f"{record} is not the address of a file at a commit"
    if len({urlsplit(record).path.split("/")[1] for record in records}) < _OWNERS:
        yield f"the records are of fewer than {_OWNERS} owners"


def dumps(pins: Iterable[Pin]) -> str:
    """The file's text: images in alphabetical order."""
    rows: dict[str, dict[str, Any]] = {}
    for pin in sorted(pins, key=lambda pin: pin.image):
        row: dict[str, Any] = {}
        if pin.digest:
            row = {"digest": pin.digest, "date": str(pin.day)}
            row |= {"registry": pin.registry} if pin.registry else {"records": list(pin.records)}
        rows[pin.image] = row | {"used": list(pin.used)}
    text = yaml.safe_dump(rows, sort_keys=False, width=200)
    # The date is quoted for a YAML that knows dates; ours does not, and neither does a reader.
    return _HEAD + re.sub(r"^(  date: )'([\d-]+)'$", r"\1\2", text, flags=re.MULTILINE)
