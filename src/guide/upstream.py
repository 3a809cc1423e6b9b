"""Pinned upstream files: found offline, cached, or fetched, and always checked."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from guide.paths import MANIFESTS, ROOT, cache_dir
from walkthrough import harmless, whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.text import LIMIT

LOCK = MANIFESTS / "upstream.lock"
_ADDRESS = re.compile(r"[!-~]+")
_PIN = re.compile(r"(?P<digest>[0-9a-f]{64})\s+(?P<url>\S+)")


def offline_folder() -> Path:
    """The folder that holds upstream files as ``<host>/<path>``; it need not exist."""
    return Path(os.environ.get("GUIDE_UPSTREAM") or ROOT.parent / "shared" / "upstream")


def lock(path: Path = LOCK) -> dict[str, str]:
    """The pins: URL to SHA-256 in hexadecimal. One ``<sha256>  <url>`` a line, ``#`` for comments."""
    pins: dict[str, str] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _PIN.fullmatch(line.strip())
        if match is None:
            raise UserError(
                "a line of the lock file is not '<sha256>  <url>'",
                where=f"{path}:{number}",
                fix="fix the line, or take it away and run 'guide upstream lock'",
            )
        if match["url"] in pins:
            raise UserError(
                f"{match['url']} is pinned twice", where=f"{path}:{number}", fix="take one of the lines away"
            )
        pins[match["url"]] = match["digest"]
    return pins


def relative(url: str) -> Path:
    """``https://host/a/b`` as ``host/a/b``; refuses what would leave the folder."""
    try:
        # As it is asked for: what is no ASCII, or has a blank, is none.
        parts = urlsplit(url if _ADDRESS.fullmatch(url) else "")
    except ValueError:
        parts = urlsplit("")
    path = Path(parts.netloc, parts.path.lstrip("/"))
    if parts.scheme != "https" or not parts.netloc or ".." in path.parts:
        raise UserError(f"{url!r} is not an https address of a file", fix="begin it with https://")
    return path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, *, lock_file: Path = LOCK) -> Path:
    """The local copy of a pinned upstream file.

    Looks in :func:`offline_folder`, then in the cache, then asks the network.

    :raises UserError: the file is not pinned, cannot be had, or is not the one that was pinned.
    """
    pins = lock(lock_file)
    if url not in pins:
        raise UserError(
            f"{url} is not pinned",
            where=str(lock_file),
            fix=f"look at what is there, then run 'guide upstream lock {url}'",
        )
    name = relative(url)
    cached = cache_dir() / "upstream" / name
    offline = offline_folder() / name
    if harmless.is_file(offline):
        return _checked(url, offline, pins[url])
    # What an earlier pin let into the cache may not be what this one means.
    if cached.is_file() and digest_of(cached) == pins[url]:
        return cached
    with _download(url, cached.parent) as part:
        _checked(url, part, pins[url])
        part.rename(cached)
    return cached


def pin(urls: Iterable[str], *, lock_file: Path = LOCK) -> dict[str, str]:
    """Write the SHA-256 of what is behind each address today into the lock file.

    Looks in :func:`offline_folder`, then asks the network; what the cache holds is what an older pin
    let in. Comments and the order of the lock file stay; new addresses go to its end.

    :return: the digest of each address.
    :raises UserError: one of them cannot be had; the lock file is then as it was.
    """
    pins = {url: _digest_today(url) for url in urls}
    text = read_text(lock_file) if lock_file.exists() else ""
    lines = []
    new = dict(pins)
    for line in text.splitlines():
        match = _PIN.fullmatch(line.strip())
        lines.append(f"{new.pop(match['url'])}  {match['url']}" if match and match["url"] in new else line)
    lines += [f"{digest}  {url}" for url, digest in new.items()]
    whole.write(lock_file, "\n".join(lines) + "\n")
    return pins


def _digest_today(url: str) -> str:
    offline = offline_folder() / relative(url)
    if harmless.is_file(offline):
        return digest_of(offline)
    with _download(url, cache_dir() / "upstream") as part:
        return digest_of(part)


@contextmanager
def _download(url: str, folder: Path) -> Iterator[Path]:
    """What is behind an address, as a file in ``folder`` that is gone afterwards unless it was renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as target:
        part = Path(target.name)
        try:
            _copy(url, target)
            yield part
        finally:
            part.unlink(missing_ok=True)


def _copy(url: str, target: IO[bytes]) -> None:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            left = LIMIT
            while data := response.read(1 << 16):
                left -= len(data)
                if left < 0:
                    raise UserError(f"{url} is longer than {LIMIT >> 20} MiB", fix="is it the right address?")
                target.write(data)
        target.flush()
    except (HTTPException, OSError, ValueError) as error:
        raise UserError(
            f"{url} cannot be fetched: {error}",
            fix=f"put the file at {offline_folder() / relative(url)}, "
            "or set GUIDE_UPSTREAM to a folder that has it",
        ) from error


def _checked(url: str, path: Path, expected: str) -> Path:
    actual = digest_of(path)
    if actual != expected:
        raise UserError(
            f"{url} is not the file that was pinned: SHA-256 {actual}, pinned {expected}",
            where=str(path),
            fix="find out why it changed before you change the pin",
        )
    return path
