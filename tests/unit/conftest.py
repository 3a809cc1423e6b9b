"""Small guides of their own, in a temporary folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.running import Running
from walkthrough.pages.block import Block
from walkthrough.pages.document import PageDocument
from walkthrough.pages.loading import load
from walkthrough.project import Project
from walkthrough.run import verify
from walkthrough.terminal.session import Terminal

#: The extensions of the guide's own site, as its file has them.
EXTENSIONS = (
    "markdown_extensions:\n"
    + re.split(
        r"(?m)^(?! )",
        (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nmarkdown_extensions:\n")[2],
        maxsplit=1,
    )[0]
)

#: The languages of the guide's own site.
LANGUAGES = (
    "plugins: [{i18n: {docs_structure: folder, languages: "
    "[{locale: nb, name: nb, default: true}, {locale: en, name: en}]}}]\n"
)

_RUN = """
import sys
from pathlib import Path
from walkthrough.run import verify
from walkthrough.machine.base import Options
from walkthrough.project import Project
sys.exit(verify.run(Project(Path.cwd()), [], "local", Options()))
"""


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

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

    def nav(self, *pages: str, more: str = EXTENSIONS, languages: str = LANGUAGES) -> None:
        self.write("mkdocs.yml", f"nav: {json.dumps(pages)}\n{more}{languages}")

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return file

    def page(self, text: str, name: str = "index.md", languages: Sequence[str] = ("nb", "en")) -> Path:
        for language in languages:
            self.write(f"docs/{language}/{name}", text)
        return self.project.page_path(name, self.project.primary)

    def document(self, text: str) -> PageDocument:
        return PageDocument.parse(str(self.page(text)))

    def blocks(self, text: str) -> list[Block]:
        """The blocks of a page that has nothing wrong with it."""
        page, errors = load(self.page(text))
        assert not errors, "\n".join(map(str, errors))
        return list(page.blocks)

    def error(self, text: str) -> UserError:
        """The one thing that is wrong with a page."""
        try:
            _, errors = load(self.page(text))
        except UserError as error:
            return error
        assert len(errors) == 1, "\n".join(map(str, errors)) or "nothing is wrong with the page"
        return errors[0]

    def proof(self, name: str = "local") -> dict[str, Any]:
        """What the last run of a kind has recorded, as its file has it."""
        data: dict[str, Any] = json.loads((self.root / f"build/proof/{name}.json").read_text("utf-8"))
        return data

    def start(self) -> subprocess.Popen[str]:
        """Run all pages in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", _RUN],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(self.root)},
        )

    def run(
        self,
        *pages: str,
        keep: bool = False,
        update: bool = False,
        twice: bool = False,
        typed: str | None = None,
        interrupted: str | None = None,
        resume: bool = False,
        checkpoints: bool = False,
        args: Sequence[str] = (),
        provider: str = "local",
        **extra: str,
    ) -> Ended:
        """Run pages in this process, to the end."""
        options = Options(keep=keep, extra=extra)
        with self._apart() as out:
            code = verify.run(
                self.project,
                pages,
                provider,
                options,
                update,
                args,
                twice=twice,
                typed=typed,
                interrupted=interrupted,
                resume=resume,
                checkpoints=checkpoints,
            )
        return Ended(code, out.getvalue())

    def pytest(self, *arguments: str) -> Ended:
        """Run pytest in this process, as a person would at the root of the guide."""
        with self._apart() as out:
            code = pytest.main(["-p", "no:cacheprovider", *arguments])
        return Ended(int(code), out.getvalue())

    @contextmanager
    def _apart(self) -> Iterator[StringIO]:
        """Keep a session of pytest inside another from changing it."""
        outer, folder = sys.modules.get("conftest"), tempfile.tempdir
        path, hooks = list(sys.path), list(sys.meta_path)
        out = StringIO()
        tempfile.tempdir = str(self.root)
        try:
            with chdir(self.root), redirect_stdout(out), redirect_stderr(out):
                yield out
        finally:
            tempfile.tempdir = folder
            sys.modules.pop("conftest", None)  # the small guide's
            if outer is not None:
                sys.modules["conftest"] = outer
            sys.path[:], sys.meta_path[:] = path, hooks


def indented(text: str) -> str:
    """A text as the content of a list's item, or of a tab."""
    return "".join(f"    {line}\n" if line else "\n" for line in text.rstrip("\n").split("\n"))


@pytest.fixture
def guide(tmp_path: Path) -> SmallGuide:
    return SmallGuide(tmp_path)


def processes(command: str) -> list[int]:
    """Those whose arguments hold this text, NUL between arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if command.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


@pytest.fixture
def forever() -> str:
    """Longer than any test, and unlike what a test elsewhere on this machine sleeps."""
    return f"300.{os.getpid()}{time.monotonic_ns()}"


@pytest.fixture
def begun_first(forever: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that a step may take counts from when it sleeps for ever, which a busy machine does late."""
    in_shell, in_terminal = Running.wait, Terminal.wait
    seen: list[int] = []

    def begun() -> bool:
        # Once it was seen it has begun, also when it is gone: nothing waits for it a second time.
        seen.extend([] if seen else processes(f"sleep\0{forever}"))
        return bool(seen)

    def wait_in_shell(self: Running, deadline: float) -> bool:
        left, end = deadline - time.monotonic(), time.monotonic() + 60
        while not begun() and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return in_shell(self, time.monotonic() + left)

    def wait_in_terminal(self: Terminal, condition: Callable[[], bool], timeout: float) -> bool:
        # It asks when something is printed, and what sleeps prints nothing.
        end = time.monotonic() + 60
        while not in_terminal(self, lambda: begun() or condition(), 0.01) and time.monotonic() < end:
            if self.ended is not None:
                break
        return in_terminal(self, condition, timeout)

    monkeypatch.setattr(Running, "wait", wait_in_shell)
    monkeypatch.setattr(Terminal, "wait", wait_in_terminal)
