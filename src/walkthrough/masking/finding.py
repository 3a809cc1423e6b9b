"""Finds forms of secrets in a text that may be read in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from walkthrough.masking.forms import SHORTEST, folded
from walkthrough.masking.readings import readings


class Index:
    """Forms to look for, each with the names of what it is a form of."""

    def __init__(self) -> None:
        self._by_beginning: dict[bytes, tuple[bytes, ...]] = {}
        self._names: dict[bytes, set[str]] = {}
        #: The length of the longest.
        self.longest = 0

    def __bool__(self) -> bool:
        return bool(self._by_beginning)

    def add(self, forms: Iterable[bytes], name: str = "") -> None:
        """Look for these from now on."""
        for form in forms:
            others = self._by_beginning.get(form[:SHORTEST], ())
            if form not in others:
                self._by_beginning[form[:SHORTEST]] = (*others, form)
                self.longest = max(self.longest, len(form))
            if name:
                self._names.setdefault(form, set()).add(name)

    def places(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Where in a text one stands; in no order, and more than once where several readings have it."""
        for reading in readings(text):
            for start, form in self._matches(folded(reading.data)):
                yield reading.place(start, start + len(form))

    def names(self, text: bytes) -> set[str]:
        """The names of all that stand in it."""
        return {
            name
            for reading in readings(text)
            for _, form in self._matches(folded(reading.data))
            for name in self._names[form]
        }

    def _matches(self, read: bytes) -> Iterator[tuple[int, bytes]]:
        index = self._by_beginning
        candidates = [at for at in range(len(read) - SHORTEST + 1) if read[at : at + SHORTEST] in index]
        for at in candidates:
            for form in index[read[at : at + SHORTEST]]:
                if read.startswith(form, at):
                    yield at, form
