"""Small guides of their own, in a temporary folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from guide.blocks import Block
from guide.document import PageDocument
from guide.errors import GuideError
from guide.pages import load
from guide.paths import ROOT
from guide.project import NB, Project

_RUN = """
import json, sys
from pathlib import Path
from guide.clusters.base import Options
from guide.errors import GuideError
from guide.project import Project
from guide.verify import run
given = json.loads(sys.argv[1])
options = Options(keep=given["keep"], extra=given["extra"])
try:
    sys.exit(run(given["pages"], given["provider"], options, given["update"], given["args"], Project(Path.cwd())))
except GuideError as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True)
class Ended:
    """How a run in a process of its own ended."""

    code: int
    out: str


class SmallGuide:
    """A guide to write, read and run. Text is dedented; paths are relative to its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.nav("index.md")
        self.write("conftest.py", (ROOT / "conftest.py").read_text("utf-8"))
        self.write("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-ra'\n")

    @property
    def project(self) -> Project:
        return Project(self.root)

    def nav(self, *pages: str, more: str = "") -> None:
        self.write("mkdocs.yml", f"nav: {json.dumps(pages)}\n{more}")

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return file

    def page(self, text: str, name: str = "index.md", languages: Sequence[str] = ("nb", "en")) -> Path:
        for language in languages:
            self.write(f"docs/{language}/{name}", text)
        return self.project.page_path(name, NB)

    def document(self, text: str) -> PageDocument:
        return PageDocument.parse(str(self.page(text)))

    def blocks(self, text: str) -> list[Block]:
        """The blocks of a page that has nothing wrong with it."""
        page, errors = load(self.page(text))
        assert not errors, "\n".join(map(str, errors))
        return list(page.blocks)

    def error(self, text: str) -> GuideError:
        """The one thing that is wrong with a page."""
        try:
            _, errors = load(self.page(text))
        except GuideError as error:
            return error
        assert len(errors) == 1, "\n".join(map(str, errors)) or "nothing is wrong with the page"
        return errors[0]

    def start(
        self,
        *pages: str,
        keep: bool = False,
        update: bool = False,
        args: Sequence[str] = (),
        provider: str = "local",
        **extra: str,
    ) -> subprocess.Popen[str]:
        """Run pages in a process of its own, as the command line does."""
        given = {"pages": pages, "keep": keep, "update": update, "args": args, "extra": extra}
        return subprocess.Popen(
            [sys.executable, "-c", _RUN, json.dumps({**given, "provider": provider})],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "COLUMNS": "160", "TMPDIR": str(self.root)},
        )

    def run(self, *pages: str, **given: object) -> Ended:
        """:meth:`start`, to the end."""
        process = self.start(*pages, **given)  # type: ignore[arg-type]
        out, _ = process.communicate(timeout=60)
        return Ended(process.returncode, out)


@pytest.fixture
def guide(tmp_path: Path) -> SmallGuide:
    return SmallGuide(tmp_path)
