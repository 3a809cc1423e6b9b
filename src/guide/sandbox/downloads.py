"""Release files that readers fetch programs as, made here from the sandbox's own programs.

``sandbox/downloads.toml`` lists them. The checksums beside a file are those of what is served in its place,
so that a step that compares them does so in earnest.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from guide.forms import held
from guide.paths import cache_dir
from guide.sandbox import binaries
from guide.sandbox.answers import Answers
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.cache import key_of, make_once
from guide.upstream import digest_of
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml
from walkthrough.inputs.text import filled
from walkthrough.machine.base import Replacement
from walkthrough.progress import Progress

#: Go's names of the processors that the releases are for, by the kernel's.
PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}
ARCHIVE = ".tar.gz"
#: What stands before a file's name in a list of checksums, by its form.
FORMS = {"text": " ", "binary": "*"}
#: What a list of checksums names besides the one file that is here. Nobody can fetch it: no release has it.
NOTICE = "sandbox.txt"


@dataclass(frozen=True)
class Download:
    """One row of ``downloads.toml``, whose head says what the columns are."""

    address: str
    product: str
    program: str
    checksums: str
    form: str
    files: Sequence[str]
    read: str
    guide: str
    runs: str
    why: str
    member: str = ""
    arch: Mapping[str, str] = field(default_factory=dict)

    def addresses(self, processor: str) -> tuple[str, str]:
        """The file's address and that of its checksums, for a processor by Go's name."""
        folder, _, name = self.address.rpartition("/")
        arch = self.arch.get(processor, processor)
        both = (filled(each, {"arch": arch}, self.address) for each in (name, self.checksums))
        program, checksums = (f"{folder}/{each}" for each in both)
        return program, checksums

    def make(self, folder: Path, program: Path, processor: str) -> None:
        """Write the file, and what is beside it in the release, into an empty folder."""
        asset, checksums = (folder / _name(address) for address in self.addresses(processor))
        if self.member:
            _pack(program, self.member, asset)
        else:
            # A second name for the same file: nothing writes to what the cache holds.
            os.link(program, asset)
        # A release's list names more than the reader has fetched: a step must cope with that here, too.
        notice = f"{asset.name} stands in for {self.guide}: {self.why}.\n".encode()
        sums = {asset.name: digest_of(asset), NOTICE: hashlib.sha256(notice).hexdigest()}
        lines = (f"{digest} {FORMS[self.form]}{name}\n" for name, digest in sums.items())
        checksums.write_text("".join(lines), encoding="utf-8")


def table(sandbox: Path = SANDBOX) -> list[Download]:
    """The rows of ``downloads.toml`` in the folder ``sandbox``.

    :raises UserError: a row is not as the table's head describes it.
    """
    path = sandbox / "downloads.toml"
    content = held(read_toml(path), "downloads").value
    rows = [_row(row, path) for row in content.get("download", [])]
    addresses = [row.address for row in rows]
    for address in {address for address in addresses if addresses.count(address) > 1}:
        raise UserError(f"{address} is there twice", where=str(path), fix="leave one of them")
    return rows


def ensure(
    products: frozenset[str], progress: Progress, *, sandbox: Path = SANDBOX, machine: str | None = None
) -> Answers:
    """Make the files that ``products`` need and that are not in the cache yet.

    :param products: names of ``manifests/versions.yaml``; empty means everything.
    :param machine: the kernel's name of a processor, of this machine's when left out.
    :return: the files, and why the other addresses of the table have none.
    :raises UserError: a program cannot be built.
    """
    here = PROCESSORS.get(machine or platform.machine(), "")
    rows = table(sandbox)
    chosen = [row for row in rows if here and (not products or row.product in products)]
    programs = binaries.ensure([row.program for row in chosen], progress, sandbox=sandbox)
    files: dict[str, Path] = {}
    for row in chosen:
        made = _ensure_one(row, programs[row.program], here, progress)
        folder = row.address.rpartition("/")[0]
        files |= {f"{folder}/{path.name}": path for path in sorted(made.iterdir())}
    absent = {
        address: f"the sandbox has {row.program} for a processor like its own only"
        if row in chosen or not here
        else f"no page that has begun names {row.product} among its products"
        for row in rows
        for processor in PROCESSORS.values()
        for address in row.addresses(processor)
        if address not in files
    }
    return Answers(files, absent)


def replacements(products: frozenset[str], *, sandbox: Path = SANDBOX) -> list[Replacement]:
    """The rows "the guide pins, the sandbox runs, why" of the downloads for ``products``."""
    versions = {
        name: program.version.removeprefix("v") for name, program in binaries.recipes(sandbox).items()
    }
    return [
        Replacement(row.guide, *(filled(said, versions, row.address) for said in (row.runs, row.why)))
        for row in table(sandbox)
        if not products or row.product in products
    ]


def _ensure_one(row: Download, program: Path, processor: str, progress: Progress) -> Path:
    name = _name(row.addresses(processor)[0])
    # What this module does to the files decides them as well.
    decides = [asdict(row), processor, program.parent.name, Path(__file__).read_text(encoding="utf-8")]

    def make(part: Path) -> None:
        with progress.task(f"Packing {name}"):
            row.make(part, program, processor)

    return make_once(
        cache_dir() / "downloads",
        row.program,
        key_of(decides),
        make,
        progress,
        title=f"packing {name}",
    )


def _pack(program: Path, member: str, target: Path) -> None:
    """Write an archive that depends on nothing but the program and its name."""
    entry = tarfile.TarInfo(member)
    entry.mode = 0o755
    entry.size = program.stat().st_size
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
        program.open("rb") as content,
    ):
        archive.addfile(entry, content)


def _name(address: str) -> str:
    return address.rpartition("/")[2]


def _row(row: Mapping[str, Any], path: Path) -> Download:
    columns = {one.name: one for one in fields(Download)}
    required = {
        name for name, one in columns.items() if one.default is MISSING and one.default_factory is MISSING
    }

    def refuse(what: str) -> UserError:
        name = row.get("address", "a download without address")
        return UserError(f"{name}: {what}", where=str(path), fix="see the table's head")

    if unknown := row.keys() - columns.keys():
        raise refuse(f"the column {', '.join(sorted(unknown))} is unknown")
    if missing := required - row.keys():
        raise refuse(f"it lacks {', '.join(sorted(missing))}")
    kinds = {"arch": dict, "files": list}
    for name, value in row.items():
        if not isinstance(value, kinds.get(name, str)):
            raise refuse(f"{name} is a {type(value).__name__}")
    made = Download(**row)
    if not made.address.startswith("https://"):
        raise refuse("its address does not begin with https://")
    if made.form not in FORMS:
        raise refuse(f"its checksums' form is {made.form}; there are {' and '.join(FORMS)}")
    if bool(made.member) != made.address.endswith(ARCHIVE):
        raise refuse(f"an archive ({ARCHIVE}) has a member, and only an archive")
    if unknown := made.arch.keys() - set(PROCESSORS.values()):
        raise refuse(
            f"arch names {', '.join(sorted(unknown))}; there are {' and '.join(PROCESSORS.values())}"
        )
    for address in (one for processor in PROCESSORS.values() for one in made.addresses(processor)):
        if _name(address) not in made.files:
            raise refuse(f"the release has no file {_name(address)}; it has {', '.join(made.files)}")
    return made
