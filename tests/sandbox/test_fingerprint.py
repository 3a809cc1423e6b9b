"""What a kept state of the machine depends on: what decides what the machine is, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.sandbox import keeping


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sandbox"
    for name in ("images.toml", "contracts.toml", "README.md", "cmd/pause/main.go", "cmd/pause/main_test.go"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(keeping, "_SOURCES", (folder,))
    return folder


@pytest.mark.parametrize("name", ["images.toml", "cmd/pause/main.go", "cmd/new.go"])
def test_what_the_machine_is_made_of_decides(sources: Path, name: str) -> None:
    before = keeping.fingerprint()["sandbox"]
    (sources / name).write_text("another")
    assert keeping.fingerprint()["sandbox"] != before


@pytest.mark.parametrize("name", ["contracts.toml", "README.md", "cmd/pause/main_test.go"])
def test_what_is_known_written_and_tested_does_not(sources: Path, name: str) -> None:
    before = keeping.fingerprint()["sandbox"]
    (sources / name).write_text("another")
    assert keeping.fingerprint()["sandbox"] == before
