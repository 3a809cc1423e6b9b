"""What is asked of a server that nobody trusts: no more than it may send, from nowhere else, and in time."""

from __future__ import annotations

import hashlib
import io
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from typing import IO, TypeVar
from urllib.parse import urlsplit

#: A longer list is none.
LONGEST = 100_000
#: Seconds that a server may say nothing.
SILENCE = 5.0
#: Seconds until the list must be here: who has no network is not kept waiting, not by a resolver either.
PATIENCE = 8.0

#: Where a forge's own address sends for the files of a release.
_MOVED = {"github.com": ".githubusercontent.com"}

T = TypeVar("T")


class RefusedError(Exception):
    """Something that was offered, or ought to have been, is not taken."""


class _SameSiteRedirects(urllib.request.HTTPRedirectHandler):
    """Follows only where the one who was asked may send."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        moved = _MOVED.get(before.hostname or "")
        near = before.netloc == after.netloc or (moved and (after.hostname or "").endswith(moved))
        if after.scheme != before.scheme or not near:
            raise RefusedError(f"the server sends elsewhere, to {after.scheme}://{after.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def text(url: str) -> bytes:
    """What is behind an address, which is no longer than a list."""
    target = io.BytesIO()
    copy(url, target, None, time.monotonic() + PATIENCE)
    return target.getvalue()


def copy(url: str, target: IO[bytes], size: int | None, until: float) -> str:
    """Copy what is behind an address; its SHA-256.

    :param size: how long it must be; without it, no longer than a list.
    :param until: when to give up.
    :raises RefusedError: it cannot be had, is of another length, or is late.
    """
    name = url.rpartition("/")[2]
    digest, left = hashlib.sha256(), LONGEST if size is None else size
    opener = urllib.request.build_opener(_SameSiteRedirects)
    try:
        with opener.open(url, timeout=SILENCE) as response:
            # As much as there is: waiting for a whole piece, a slow server would never be given up.
            while data := response.read1(1 << 16):
                left -= len(data)
                if left < 0:
                    raise RefusedError(f"{name} is longer than it may be")
                if time.monotonic() > until:
                    raise RefusedError(f"{name} comes too slowly")
                digest.update(data)
                target.write(data)
    except urllib.error.HTTPError as error:
        raise RefusedError(f"{name}: the server answers {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise RefusedError(f"{name} cannot be fetched: {getattr(error, 'reason', None) or error}") from None
    if size is not None and left:
        raise RefusedError(f"{name} is cut short: {size - left} of {size} bytes")
    return digest.hexdigest()


def in_time(ask: Callable[[], T]) -> T:
    """What ``ask`` returns, if it does so in time: some of what it waits for knows no end of its own."""
    answers: list[T | Exception] = []

    def asked() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # it is the asker's, not the thread's, which would only print it
            answers.append(error)

    thread = threading.Thread(target=asked, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if not answers:
        raise RefusedError(f"no list within {PATIENCE:.0f} s")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]
