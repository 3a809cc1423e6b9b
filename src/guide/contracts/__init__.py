"""What the guide relies on of the things that the sandbox replaces, and what holds the sandbox to it.

``sandbox/contracts.toml`` lists facts about the originals, each with the place where it was read and the test
that would fail if the sandbox did otherwise. :mod:`.table` reads it, :mod:`.holding` looks for the tests,
:mod:`.reading` says which facts were read at another version than the one pinned now, :mod:`.tally` counts.
"""

from __future__ import annotations

from guide.contracts.table import NAME, Fact, load
from guide.contracts.tally import errors, tallies, unread

__all__ = ["NAME", "Fact", "errors", "load", "tallies", "unread"]
