"""Other people's manifests that the reader keeps: named here with address and sum, never held here.

Beside a kustomization, ``upstream/SHA256SUMS`` names the files that the reader fetches into that folder,
checks and commits. So nobody who renders it later has to ask the network, or to believe the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.text import name_of

#: Where the files are, beside a kustomization.
FOLDER = "upstream"
#: What names them: a comment with the address, then a line as ``sha256sum --check`` reads it.
SUMS = "SHA256SUMS"

_ADDRESS = re.compile(r"# (?P<url>https://\S+)")
_SUM = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[\w.-]+)")


@dataclass(frozen=True)
class Vendored:
    """A file of somebody else.

    :param name: how the kustomization names it: ``upstream/install.yaml``.
    :param url: where the reader fetches it.
    :param digest: its SHA-256, as the reader checks it.
    :param line: the line of the sum.
    """

    name: str
    url: str
    digest: str
    line: int


def vendored(folder: Path) -> dict[str, Vendored]:
    """The files of others that the kustomization in ``folder`` may name, by name.

    :raises UserError: the sums cannot be read.
    """
    sums = folder / FOLDER / SUMS
    return {one.name: one for one in _read(sums)} if sums.is_file() else {}


def _read(sums: Path) -> Iterator[Vendored]:
    url = ""
    for number, text in enumerate(read_text(sums).splitlines(), start=1):
        if found := _ADDRESS.fullmatch(text):
            url = found["url"]
        elif (found := _SUM.fullmatch(text)) and url.rpartition("/")[2] == found["name"]:
            yield Vendored(f"{FOLDER}/{found['name']}", url, found["digest"], number)
            url = ""
        else:
            raise UserError(
                "a sum follows the address of its file, and both end in the same name",
                where=f"{name_of(sums)}:{number}",
                fix="write '# https://…/NAME', and '<sha256>  NAME' on the line below it",
            )


def vendored_errors(sums: Path, pins: Mapping[str, str]) -> Iterator[UserError]:
    """What is wrong with a file of sums: it is held against the pins, and the folder holds nothing else.

    :param pins: :func:`guide.upstream.lock`.
    """
    try:
        files = [*_read(sums)]
    except UserError as error:
        yield error
        return
    for one in files:
        pinned = pins.get(one.url)
        if pinned is None:
            what, fix = (
                "is not pinned",
                "look at the file, then run 'guide upstream lock' to pin what it holds",
            )
        elif pinned != one.digest:
            what, fix = "is pinned with another sum", f"write {pinned}, or find out which of the two is right"
        else:
            continue
        yield UserError(f"{one.url} {what}", where=f"{name_of(sums)}:{one.line}", fix=fix)
    for path in sorted(sums.parent.iterdir()):
        if path != sums:
            yield UserError(
                "a file of somebody else is the reader's to fetch, and no part of this repository",
                where=name_of(path),
                fix="remove it",
            )
