"""Every command that is to be a strict build of the site stops at what a reader would stumble over."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

import suite
from guide.paths import ROOT

STRICT = {"validation": {"links": {"anchors": "warn"}, "nav": {"omitted_files": "warn"}}}


def commands() -> list[list[str]]:
    """Those of the commit hooks and of the workflows; the suite has it from ``guide check --site``."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    found = [hook["entry"].split() for hook in hooks if "mkdocs" in hook["entry"]]
    for workflow in (ROOT / ".github/workflows").glob("*.yml"):
        for job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values():
            lines = "\n".join(step.get("run", "") for step in job.get("steps", [])).split("\n")
            found += [line.split() for line in lines if "mkdocs build" in line]
    return [[str(suite.BIN / "mkdocs"), *command[1:]] for command in found]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_a_strict_build_stops_at_a_broken_link(command: list[str], tmp_path: Path) -> None:
    assert len(commands()) >= 2
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({"site_name": "x", **STRICT}), "utf-8")
    page = tmp_path / "docs/index.md"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    for text, expected in (("# T\n", 0), ("# T\n\n[x](#nowhere)\n", 1)):
        page.write_text(text, "utf-8")
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expected, done.stderr


def test_the_suite_builds_the_site_once_and_keeps_it() -> None:
    jobs = [" ".join(job.command) for job in suite.quick_jobs()]
    assert [job for job in jobs if "mkdocs build" in job] == []
    assert len([job for job in jobs if job.endswith("guide check --site")]) == 1
