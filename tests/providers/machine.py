"""A machine of stand-ins: what is on PATH, how it misbehaves, and what was asked of it."""

from __future__ import annotations

import io
import json
import shlex
import sys
from pathlib import Path
from typing import Any

from walkthrough.machine.base import Options
from walkthrough.progress import Progress

HERE = Path(__file__).parent


class World:
    """The stand-ins' world and what was asked of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.progress_text = io.StringIO()
        self.progress = Progress(self.progress_text)

    def tools(self, *names: str) -> None:
        """Put these stand-ins on PATH, and only these."""
        for old in self.bin.glob("*"):
            old.unlink()
        for name in names:
            script = self.bin / name
            python = name in ("kubectl", "multipass")
            command = (
                [sys.executable, "-S", str(HERE / "stand_in.py")] if python else [str(HERE / "stand_in.sh")]
            )
            script.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, [*command, name]))} "$@"\n')
            script.chmod(0o755)

    def make(self, misbehaviour: str, text: str = "") -> None:
        (self.folder / misbehaviour).write_text(text)

    def fix(self, misbehaviour: str) -> None:
        (self.folder / misbehaviour).unlink()

    def calls(self, *tools: str) -> list[list[str]]:
        """What the tools were called with so far, in order."""
        file = self.folder / "calls"
        text = file.read_text() if file.exists() else ""
        made = [call.split("\x1f")[:-1] for call in text.split("\x1e")[:-1]]
        return [call for call in made if call[0] in tools]

    def forget(self) -> None:
        (self.folder / "calls").unlink(missing_ok=True)

    def snap_there(self, name: str) -> bool:
        return (self.folder / "snap" / name / "current").is_symlink()

    def install_as_user(self, name: str) -> None:
        """The user's own snap: there before the guide."""
        for folder in (self.folder / "snap" / name, self.folder / "var/snap" / name / "common"):
            folder.mkdir(parents=True)
        (self.folder / "snap" / name / "current").symlink_to("1")

    @property
    def vms(self) -> dict[str, str]:
        file = self.folder / "vms.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def options(self, **changes: Any) -> Options:
        extra = {key: changes.pop(key) for key in [*changes] if key == "kubeconfig"}
        return Options(**{"name": "guide", "extra": extra, **changes})
