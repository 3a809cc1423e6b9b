"""A step whose question nobody answers keeps what was stored: a terminal goes on after a failed line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.paths import SNIPPETS

#: What a step stores, below the reader's home.
STORED = {
    "certificates/ca-save": "gitops-ca.crt",
    "cluster/dns-edit": "platform/coredns/Corefile",
}
SILENT = "#!/bin/sh\necho 'The connection to the server was refused' >&2\nexit 1\n"


@pytest.mark.parametrize("step", STORED)
def test_what_was_stored_stays_when_nobody_answers(step: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for command in ("kubectl", "microk8s", "sudo"):
        (tmp_path / "bin" / command).write_text(SILENT)
        (tmp_path / "bin" / command).chmod(0o755)
    stored = tmp_path / STORED[step]
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_text("what was stored\n")
    environment = os.environ | {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    # As in a terminal: line by line, whatever became of the one before.
    script = (SNIPPETS / f"{step}.sh").read_text(encoding="utf-8")
    subprocess.run(
        ["bash"], input=script, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert stored.read_text() == "what was stored\n"
