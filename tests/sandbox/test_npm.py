"""Packages of npm's registry come as their lock file names them, and nothing else is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from guide.paths import cache_dir
from guide.sandbox import npm, polite
from guide.sandbox.binaries import SANDBOX
from walkthrough.errors import UserError
from walkthrough.progress import Progress

ROW = {"without": ["*/*.map"], "seconds": 1}


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "tool"
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_text("{}")
    return folder


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was run. It leaves a package behind."""
    commands: list[list[str]] = []

    def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], **_: Any) -> polite.Ended:
        commands.append([Path(command[1]).name, *command[2:]])
        Path(env["npm_config_cache"]).mkdir()
        package = cwd / "node_modules/tool"
        package.mkdir(parents=True)
        for name in ("index.js", "index.js.map"):
            (package / name).write_text(name)
        return polite.Ended(0, "")

    monkeypatch.setattr(polite, "run", run)
    return commands


def get(locked: Path, row: Mapping[str, Any] = ROW) -> Path:
    with Progress(io.StringIO()) as progress:
        return npm.packages("tool", row, locked, progress)


def test_packages_are_what_the_lock_file_names_and_nothing_else_is_kept(
    locked: Path, ran: list[list[str]]
) -> None:
    made = get(locked)
    assert ran == [["npm-cli.js", "ci", "--omit=optional"]]
    assert [str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()] == ["tool/index.js"]
    assert [path.name for path in made.parent.iterdir()] == ["node_modules"]
    assert sorted(path.name for path in (cache_dir() / "npm").iterdir()) == [
        ".tool.lock",
        made.parent.name,
        "tool.log",
    ]


def test_packages_are_fetched_once_for_what_decides_them(locked: Path, ran: list[list[str]]) -> None:
    first = get(locked)
    assert get(locked) == first
    (locked / "package-lock.json").write_text('{"packages": {}}')
    second = get(locked)
    third = get(locked, ROW | {"without": []})
    assert len({first, second, third}) == len(ran) == 3


def test_packages_that_cannot_be_had(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polite, "run", lambda *_, **__: polite.Ended(1, "no such package"))
    with pytest.raises(UserError, match=r"npm-cli.js ended with 1\nno such package") as caught:
        get(locked)
    assert "tool.log" in str(caught.value.where)
    assert sorted(path.name for path in (cache_dir() / "npm").iterdir()) == [".tool.lock", "tool.log"]


@pytest.mark.parametrize("name", ["renovate", "web"])
def test_no_package_runs_a_script_and_each_has_its_hash(name: str) -> None:
    assert "ignore-scripts=true" in (SANDBOX / name / ".npmrc").read_text().splitlines()
    packages = json.loads((SANDBOX / name / "package-lock.json").read_text())["packages"]
    assert [path for path, row in packages.items() if path and "integrity" not in row] == []
