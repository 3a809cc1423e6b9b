"""The hooks that run before a commit: what ``make check`` runs, from this checkout, on what changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from guide.paths import ROOT

BIN = Path(sys.executable).parent
CONFIG = ROOT / ".pre-commit-config.yaml"


def hooks() -> dict[str, dict[str, Any]]:
    (only,) = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert only["repo"] == "local", "a hook from elsewhere would be fetched"
    return {hook["id"]: hook for hook in only["hooks"]}


def test_every_hook_runs_a_program_of_the_checkout() -> None:
    for hook in hooks().values():
        assert hook["language"] == "system"
        program = ROOT / hook["entry"].split()[0]
        assert program.parent == ROOT / ".venv/bin"
        assert program.exists(), program


def test_what_make_check_runs_is_among_the_hooks() -> None:
    suite = (ROOT / "tools/suite.py").read_text(encoding="utf-8")
    for job, hook in {
        "ruff": "ruff",
        "format": "format",
        "pages": "pages",
        "types": "types",
    }.items():
        assert f'Job("{job}"' in suite
        assert hook in hooks()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small repository with the guide's hooks and this checkout's programs."""
    (tmp_path / ".venv").symlink_to(BIN.parent)
    for name in (CONFIG.name, "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "pyproject.toml", CONFIG.name], cwd=tmp_path, check=True)
    return tmp_path


def run(checkout: Path, hook: str, *files: str) -> subprocess.CompletedProcess[str]:
    subprocess.run(["git", "add", *files], cwd=checkout, check=True)
    return subprocess.run(
        [BIN / "pre-commit", "run", hook, "--files", *files],
        cwd=checkout,
        env=os.environ | {"PRE_COMMIT_HOME": str(checkout / ".cache")},
        capture_output=True,
        text=True,
    )


def test_a_hook_sees_what_changed_and_nothing_else(checkout: Path) -> None:
    (checkout / "bad.py").write_text("import os\n", encoding="utf-8")
    (checkout / "good.py").write_text('"""Good."""\n', encoding="utf-8")
    assert run(checkout, "ruff", "good.py").returncode == 0
    told = run(checkout, "ruff", "bad.py")
    assert told.returncode == 1
    assert "F401" in told.stdout
    assert "Skipped" in run(checkout, "steps", "good.py").stdout


def test_a_step_with_a_fault_is_stopped(checkout: Path) -> None:
    (checkout / "snippets/page").mkdir(parents=True)
    (checkout / "snippets/page/step.sh").write_text("rm -rf $HOME/$1/*\n", encoding="utf-8")
    told = run(checkout, "steps", "snippets/page/step.sh")
    assert told.returncode == 1
    assert "SC2086" in told.stdout
