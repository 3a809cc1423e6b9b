"""The pages of this repository, read once in a process for all tests that only look at them."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

from guide.paths import ROOT
from walkthrough.pages.loading import Site, load_all
from walkthrough.project import Project


def pages_of_this_repository() -> Site:
    """As they were when the first test asked; each test has a copy of its own, to do anything with."""
    return deepcopy(_loaded())


@cache
def _loaded() -> Site:
    return load_all(Project(ROOT))
