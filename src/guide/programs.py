"""The embedded cluster's programs, as files that others have built: taken where they verify, built otherwise.

A program's key (:meth:`guide.sandbox.binaries.Recipe.key`) is of all that decides its bytes, so a file for
``<name>-<key>`` is what a build here would give. A signed list says which files there are, how long each is,
and its SHA-256. Whatever is not as it should be is said in one line, and the program is built: decision 0114.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import os
import platform
import re
import shutil
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from guide import download
from guide.download import RefusedError
from guide.paths import ROOT, cache_dir
from guide.sandbox.cache import make_once
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.progress import Progress

#: Where the files are: an address, or nothing for "build all of them".
VARIABLE = "GUIDE_PROGRAMS"
#: Who may sign the list.
SIGNERS = ROOT / "tools" / "programs.signers"

#: The first line of a list, so that nothing else that somebody signs with the same key can be taken for one.
HEAD = "gitops-guide programs 1 {machine}"
#: A larger program is none, packed or not, bytes.
LARGEST = 1_000_000_000
#: Seconds that a program may take at least; more where building it takes longer.
AT_LEAST = 20.0

#: As it is asked for: no blank, nothing that is no ASCII.
_ADDRESS = re.compile(r"[!-~]+")
_ROW = re.compile(r"([0-9a-f]{64}) ([0-9]{1,10}) ([\w.-]+-[0-9a-f]{16})", re.ASCII)


class ForgedError(RefusedError):
    """The list is not from those who may sign it."""


@dataclass(frozen=True)
class File:
    """One row of the list: a packed program."""

    digest: str
    size: int


def address() -> str:
    """Where the files are, without a slash at its end; empty where nobody has said so.

    This repository has no public address yet, so nothing is asked unless the environment names one.
    """
    return os.environ.get(VARIABLE, "").rstrip("/")


def never() -> None:
    """Take nothing in this process and those that it starts (``--build``)."""
    os.environ[VARIABLE] = ""


def take(name: str, key: str, title: str, seconds: float, progress: Progress) -> Path | None:
    """The program ``<name>-<key>`` as others have built it, or nothing: then it is to be built.

    :param title: what it is, for people.
    :param seconds: how long building it takes; a download that takes longer is given up.
    """
    where = address()
    if not where or (cache_dir() / "bin" / f"{name}-{key}").exists():
        return None
    # Beside what is built here, and never among it: --build does not find it.
    folder = cache_dir() / "taken"
    if (there := folder / f"{name}-{key}").exists():
        os.utime(there)
        return there / name
    try:
        # Whoever asks first says what is wrong with the list; the others only build.
        offer = _offer(where, progress)
        file = offer.get(f"{name}-{key}")
        if file is None:
            if offer:
                progress.line(f"{title} is not at {where} as it is here, with this Go: it is built")
            return None
        fetch = partial(_fetch, f"{where}/{name}-{key}.gz", name, file, max(seconds, AT_LEAST))
        with progress.task(f"Fetching {title}"):
            made = make_once(folder, name, key, fetch, progress, title=f"fetching {title}", seconds=seconds)
        return made / name
    except RefusedError as error:
        progress.line(f"{title} is not taken from {where}, but built here: {error}")
        # What went wrong once is not waited for thirty times.
        _offers[where] = {}
        return None


def _fetch(url: str, name: str, file: File, seconds: float, part: Path) -> None:
    """Fill a folder with the program, once the packed file is the one of the list."""
    packed = part / "packed"
    with packed.open("wb") as target:
        digest = download.copy(url, target, file.size, time.monotonic() + seconds)
    if digest != file.digest:
        raise RefusedError(f"its SHA-256 is {digest}, and the signed list says {file.digest}")
    _unpack(packed, part / name)
    packed.unlink()


_offers: dict[str, Mapping[str, File]] = {}
#: What the next pages need is made beside the chain: whoever comes second waits for the list, too.
_asking = threading.Lock()


def _offer(where: str, progress: Progress) -> Mapping[str, File]:
    """What there is at an address: asked once, and nothing where the list is not as it should be."""
    with _asking:
        if where not in _offers:
            _offers[where] = {}
            try:
                _offers[where] = download.in_time(lambda: read(_signed(where), signers()))
            except ForgedError as error:
                progress.line(
                    f"WARNING: {where} is not to be trusted: {error}.\n"
                    "WARNING: Nothing of it is taken, and all programs are built here. Somebody may want to\n"
                    f"WARNING: run programs of theirs here: find out before you set {VARIABLE} again."
                )
            except RefusedError as error:
                progress.line(f"No programs are taken from {where}, they are built here: {error}")
        return _offers[where]


def _signed(where: str) -> tuple[bytes, bytes]:
    """The list and its signature, as the server has them."""
    try:
        parts = urlsplit(where if _ADDRESS.fullmatch(where) else "")
        known = parts.hostname is not None and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise RefusedError(f"{VARIABLE} is no address, which is to begin with https://")
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "127.0.0.1"):
        raise RefusedError(f"{VARIABLE} is to begin with https://")
    if not SIGNERS.is_file() or not signers():
        raise RefusedError(f"nobody may sign programs yet, {SIGNERS.name} names no key")
    name = f"programs-{platform.machine()}.txt"
    return download.text(f"{where}/{name}"), download.text(f"{where}/{name}.sig")


def signers(path: Path | None = None) -> list[Ed25519PublicKey]:
    """The keys of those who may sign: one a line, in DER and base64, ``#`` for comments.

    :raises RefusedError: a line is none.
    """
    found = []
    try:
        text = read_text(path or SIGNERS)
    except UserError as error:
        raise RefusedError(f"{SIGNERS.name}: {error.what}") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            key = load_der_public_key(base64.b64decode(line, validate=True))
        except (binascii.Error, ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise RefusedError(f"line {number} of {SIGNERS.name} is no public key of the kind Ed25519")
        found.append(key)
    return found


def read(signed: tuple[bytes, bytes], keys: Iterable[Ed25519PublicKey]) -> dict[str, File]:
    """What a list names, once its signature is that of one of the keys.

    :raises ForgedError: it is not.
    :raises RefusedError: it is, and the list is of another machine or none.
    """
    listed, signature = signed
    if not any(_signed_by(key, listed, signature) for key in keys):
        raise ForgedError("its list is signed by none of those who may sign it")
    head, *lines = listed.decode("ascii", errors="replace").splitlines()
    if head != HEAD.format(machine=platform.machine()):
        raise RefusedError(f"its list begins with {head[:60]!r}, which is none for {platform.machine()}")
    rows = [(line, _ROW.fullmatch(line)) for line in lines]
    if wrong := [line for line, match in rows if match is None]:
        raise RefusedError(f"its list has a line that is none: {wrong[0][:60]!r}")
    return {match[3]: File(match[1], int(match[2])) for _, match in rows if match}


def _signed_by(key: Ed25519PublicKey, listed: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, listed)
    except InvalidSignature:
        return False
    return True


def pack(programs: Mapping[str, Path], folder: Path) -> Path:
    """Write what :func:`take` finds at an address into a folder, but for the signature; the list.

    :param programs: by ``<name>-<key>``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, program in sorted(programs.items()):
        packed = folder / f"{name}.gz"
        with (
            program.open("rb") as source,
            whole.replacing(packed) as raw,
            # Neither name nor time: the same program gives the same file.
            gzip.GzipFile("", "wb", 9, raw, mtime=0) as target,
        ):
            shutil.copyfileobj(source, target)
        digest = hashlib.sha256(packed.read_bytes()).hexdigest()
        rows.append(f"{digest} {packed.stat().st_size} {name}\n")
    listed = folder / f"programs-{platform.machine()}.txt"
    whole.write(listed, HEAD.format(machine=platform.machine()) + "\n" + "".join(rows))
    return listed


def _unpack(packed: Path, target: Path) -> None:
    try:
        with gzip.open(packed) as source, target.open("wb") as opened:
            left = LARGEST
            while data := source.read(1 << 20):
                left -= len(data)
                if left < 0:
                    raise RefusedError("it unpacks to more than a program may have")
                opened.write(data)
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedError(f"it cannot be unpacked: {error}") from None
    target.chmod(0o755)
