"""Keeps the theme's compiled templates for as long as the process lives.

Each language, and each reload while a page is written, makes a new Jinja environment; compiling the
theme's templates anew was most of the time that a small build took.
"""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class MemoryCache(BytecodeCache):
    """A bytecode cache in memory. Jinja itself checks that a template's source is still the same."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, where its template has been compiled before."""
        if (known := self._compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what has just been compiled."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


CACHE = MemoryCache()
