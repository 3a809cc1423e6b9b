"""The generic half by itself: its wheel in an empty environment, on sites that know nothing of the guide."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from guide.paths import ROOT
from walkthrough.machine.registry import FOR_TESTS

SITES = {
    "walkthrough": {"": {"passed": 10, "skipped": 4}},
    "examples/plain": {"": {"passed": 8, "skipped": 1}},
    "examples/material": {"": {"passed": 3, "skipped": 2}},
    "examples/tutorial": {"": {"passed": 17, "skipped": 1}},
    "examples/languages": {language: {"passed": 2, "skipped": 1} for language in ("en", "fr", "de")},
}
#: What the sites that have the plugin say on their pages.
BADGES = {
    "examples/plain": {"index.html": "Verified on local, ", "count/index.html": "Verified on local, "},
    "examples/languages": {"index.html": "Verified on local, ", "de/index.html": "Geprüft auf local, "},
}
#: What the sites under ``examples`` use and the package itself does not ask for.
THEIRS = ("mkdocs-material", "mkdocs-static-i18n")


def run(command: Sequence[object], **given: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=600, check=False, **given
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done


def locked(names: Sequence[str]) -> str:
    """The entries of ``requirements.lock``, hashes and all, for these packages and what they need here."""
    entries = {
        canonicalize_name(match[1]): match[0]
        for match in re.finditer(
            r"^([A-Za-z0-9][\w.-]*)==.*?(?=^[A-Za-z0-9]|\Z)",
            (ROOT / "requirements.lock").read_text("utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    }
    found: dict[str, str] = {}
    wanted = [canonicalize_name(name) for name in names]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found[name] = entries[name]
        needed = (Requirement(text) for text in requires(name) or ())
        wanted += [
            canonicalize_name(one.name)
            for one in needed
            if one.marker is None or one.marker.evaluate({"extra": ""})
        ]
    return "".join(found.values())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    shutil.copytree(ROOT / "walkthrough", checkout / "walkthrough", ignore=shutil.ignore_patterns("build"))
    shutil.copytree(
        ROOT / "src/walkthrough", checkout / "src/walkthrough", ignore=shutil.ignore_patterns("__pycache__")
    )
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    run([*wheel, checkout / "walkthrough"])
    (built,) = folder.glob("walkthrough-*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    own = _dependencies(checkout / "walkthrough/pyproject.toml")
    requirements = folder / "requirements.txt"
    requirements.write_text(locked([*own, *THEIRS]), encoding="utf-8")
    install = [*pip, "--python", python, "install", "--quiet", "--no-deps"]
    run([*install, "--require-hashes", "--only-binary", ":all:", "-r", requirements])
    run([*install, built])
    run([*pip, "--python", python, "check"])
    alone = "import importlib.util, walkthrough.cli; assert importlib.util.find_spec('guide') is None"
    run([python, "-c", alone], cwd=folder)
    return python.parent


def _dependencies(file: Path) -> list[str]:
    import tomllib

    listed: list[str] = tomllib.loads(file.read_text("utf-8"))["project"]["dependencies"]
    return [Requirement(text).name for text in listed]


@pytest.mark.parametrize("site", SITES)
def test_a_site_that_knows_nothing_of_the_guide_is_proven(installed: Path, tmp_path: Path, site: str) -> None:
    folder = tmp_path / "site"
    shutil.copytree(ROOT / site, folder, ignore=shutil.ignore_patterns("build"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run([installed / "walkthrough", "-C", folder, "check"], env=environment)
    run([installed / "walkthrough", "-C", folder, "verify"], env=environment)
    made = json.loads((folder / "build/proof/local.json").read_text("utf-8"))
    assert made["counts"] == SITES[site]
    assert (made["failure"], made["cluster"]["replacements"]) == (None, [])
    # What is proven is what is built: the site itself takes the same files.
    build = [
        installed / "python",
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "-f",
        folder / "mkdocs.yml",
    ]
    run([*build, "-d", tmp_path / "out"], env=environment | {"NO_MKDOCS_2_WARNING": "1"})
    assert (tmp_path / "out/index.html").is_file()
    for page, words in BADGES.get(site, {}).items():
        assert f"<strong>{words}" in (tmp_path / "out" / page).read_text("utf-8")


def test_pages_run_only_where_their_author_says(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/plain", tmp_path / "site", ignore=shutil.ignore_patterns("build"))
    config = tmp_path / "site/mkdocs.yml"
    command = [str(installed / "walkthrough"), "-C", str(tmp_path / "site"), "verify", "--machine"]
    done = subprocess.run([*command, "elsewhere"], capture_output=True, text=True, check=False)
    assert (done.returncode, "not for a machine 'elsewhere'" in done.stderr) == (2, True)
    config.write_text(config.read_text("utf-8").partition("extra:")[0], encoding="utf-8")
    done = subprocess.run([*command, "local"], capture_output=True, text=True, check=False)
    assert (done.returncode, "does not say what its pages may be run on" in done.stderr) == (2, True)
    assert not (tmp_path / "site/build").exists()


def test_pytest_runs_the_pages_where_a_machine_is_named(installed: Path, tmp_path: Path) -> None:
    """With no conftest.py: the wheel's entry point lets it take part."""
    site = tmp_path / "site"
    shutil.copytree(ROOT / "examples/plain", site, ignore=shutil.ignore_patterns("build"))
    command = [str(installed / "pytest"), "-q", "-p", "no:cacheprovider", "docs"]
    environment = {name: value for name, value in os.environ.items() if name != FOR_TESTS}
    none = subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, check=False)
    assert none.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, none.stdout
    # What others collect is theirs.
    (site / "theirs.md").write_text(">>> 1 + 1\n2\n", encoding="utf-8")
    theirs = [*command[:-1], "--doctest-glob=theirs.md", "."]
    assert "1 passed" in run(theirs, cwd=site, env=environment).stdout
    assert "8 passed, 1 skipped" in run([*command, "--cluster=local"], cwd=site, env=environment).stdout
    other = [*command, "--cluster=elsewhere"]
    done = subprocess.run(other, cwd=site, env=environment, capture_output=True, text=True, check=False)
    assert "no cluster provider 'elsewhere'" in done.stderr
    assert "choose among local" in done.stderr


def test_two_ways_of_running_are_two_runs(installed: Path) -> None:
    command = [str(installed / "walkthrough"), "-C", str(ROOT / "examples/plain"), "verify"]
    for ways, told in (
        (["--twice", "--update"], "--update and --twice are runs of their own"),
        (["--typed", "bash", "--checkpoints"], "a run with --typed keeps no checkpoints"),
    ):
        done = subprocess.run([*command, *ways], capture_output=True, text=True, check=False)
        assert (done.returncode, told in done.stderr) == (2, True)


def test_the_guides_own_pages_are_not_for_this_machine() -> None:
    program = "from walkthrough.cli import main; main()"
    command = [sys.executable, "-c", program, "-C", str(ROOT), "verify", "--machine", "local"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout
    assert "does not say what its pages may be run on" in done.stderr
