"""Pinned upstream files: found offline, cached, or fetched, and always checked."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

from guide.errors import GuideError
from guide.paths import MANIFESTS, ROOT, cache_dir

LOCK = MANIFESTS / "upstream.lock"


def offline_folder() -> Path:
    """The folder that holds upstream files as ``<host>/<path>``; it need not exist."""
    return Path(os.environ.get("GUIDE_UPSTREAM") or ROOT.parent / "shared" / "upstream")


def lock(path: Path = LOCK) -> dict[str, str]:
    """The pins: URL to SHA-256 in hexadecimal. One ``<sha256>  <url>`` a line, ``#`` for comments."""
    pins: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            digest, url = line.split()
        except ValueError:
            raise GuideError(
                "a line of the lock file is not '<sha256>  <url>'",
                where=f"{path}:{number}",
                fix="run 'guide upstream lock' to write it again",
            ) from None
        pins[url] = digest
    return pins


def relative(url: str) -> Path:
    """``https://host/a/b`` as ``host/a/b``; refuses what would leave the folder."""
    parts = urlsplit(url)
    path = Path(parts.netloc, parts.path.lstrip("/"))
    if parts.scheme != "https" or not parts.netloc or ".." in path.parts:
        raise GuideError(f"{url} is not an https address of a file")
    return path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, *, lock_file: Path = LOCK) -> Path:
    """The local copy of a pinned upstream file.

    Looks in :func:`offline_folder`, then in the cache, then asks the network.

    :raises GuideError: the file is not pinned, cannot be had, or is not the one that was pinned.
    """
    pins = lock(lock_file)
    if url not in pins:
        raise GuideError(
            f"{url} is not pinned",
            where=str(lock_file),
            fix=f"add its SHA-256 and the URL as a line to {lock_file.name}",
        )
    name = relative(url)
    cached = cache_dir() / "upstream" / name
    for candidate in (offline_folder() / name, cached):
        if candidate.is_file():
            return _checked(url, candidate, pins[url])
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cached.parent, delete=False) as target:
        part = Path(target.name)
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                shutil.copyfileobj(response, target)
            target.flush()
            _checked(url, part, pins[url])
            part.rename(cached)
        except (URLError, TimeoutError, OSError) as error:
            raise GuideError(
                f"{url} cannot be fetched: {error}",
                fix=f"put the file at {offline_folder() / name}, or set GUIDE_UPSTREAM to a folder that has it",
            ) from error
        finally:
            part.unlink(missing_ok=True)
    return cached


def _checked(url: str, path: Path, expected: str) -> Path:
    actual = digest_of(path)
    if actual != expected:
        raise GuideError(
            f"{url} is not the file that was pinned: SHA-256 {actual}, pinned {expected}",
            where=str(path),
            fix="find out why it changed before you change the pin",
        )
    return path
