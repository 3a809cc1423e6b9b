"""Embedded clusters of the tests' own: their state is in a temporary folder, and a user's are not touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guide.sandbox.provider import Sandbox

from .support import remove_all, sandbox


@pytest.fixture
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty place for clusters' state; what a failed test leaves there is removed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield tmp_path
    remove_all()


@pytest.fixture(scope="module")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A cluster that is up, one for all tests of a module, which may name further ``PRODUCTS``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        made = sandbox("shared", *getattr(request.module, "PRODUCTS", ()))
        made.preflight()
        try:
            made.create()
            made.wait_ready()
            yield made
        finally:
            remove_all()
