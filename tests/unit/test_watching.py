"""Saving a page runs it again, from its checkpoint, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import click
import pytest

from walkthrough import ways

from .conftest import SmallGuide

PROGRAM = """
import sys
from pathlib import Path
from walkthrough.checkpoints import store
from walkthrough.machine.base import Options
from walkthrough.project import Project
from walkthrough.run import verify
store.folder = lambda: Path(sys.argv[1])
ways = dict(resume=True, checkpoints=True, watch=True)
sys.exit(verify.run(Project(Path.cwd()), ["second"], "local", Options(), **ways))
"""
WAITING = "Waiting for a change"


class Watching:
    """A run that waits for changes, in a process of its own."""

    def __init__(self, guide: SmallGuide) -> None:
        self.said: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-uc", PROGRAM, str(guide.root / "checkpoints")],
            cwd=guide.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(guide.root)},
        )
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, text: str) -> str:
        """What is said up to a line with this text."""
        said = ""
        while True:
            line = self._lines.get(timeout=180)
            assert line is not None, f"it has ended:\n{said}"
            said += line
            if text in line:
                return said


@pytest.fixture
def guide(tmp_path: Path) -> SmallGuide:
    small = SmallGuide(tmp_path)
    small.nav("first.md", "second.md")
    small.page(f"```{{.bash .step #a}}\necho once >>{tmp_path}/runs\n```\n", "first.md")
    small.write("snippets/b.sh", "echo two\n")
    small.page(
        '```{.bash .step #b}\n--8<-- "snippets/b.sh"\n```\n\n```{.text .output}\ntwo\n```\n', "second.md"
    )
    return small


@pytest.fixture
def watching(guide: SmallGuide) -> Iterator[Watching]:
    one = Watching(guide)
    yield one
    one.process.kill()
    one.process.wait()


def test_saving_runs_the_page_again_from_its_checkpoint(guide: SmallGuide, watching: Watching) -> None:
    assert "held" not in watching.until("Kept a checkpoint behind first.md")
    watching.until(WAITING)
    guide.write("snippets/b.sh", "echo three\n")
    said = watching.until(WAITING)
    assert "Changed: snippets/b.sh" in said
    assert "Begins at" in said
    assert "b printed something else" in said
    # A page that is wrong ends nothing, and neither does one that is gone.
    guide.write("docs/nb/second.md", "```bash\ntrue\n```\n")
    assert "docs/nb/second.md:1" in watching.until(WAITING)
    guide.write("mkdocs.yml", "nav: 1\n")
    assert "mkdocs.yml:1" in watching.until(WAITING)
    guide.nav("first.md", "second.md")
    watching.until(WAITING)
    guide.page('```{.bash .step #b}\n--8<-- "snippets/b.sh"\n```\n', "second.md")
    assert "b: done" in watching.until(WAITING)
    assert (guide.root / "runs").read_text() == "once\n"
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(60) == 2
    assert list(guide.root.glob("walkthrough-local-*")) == []


def test_ctrl_c_in_the_middle_of_a_run_ends_it_too(guide: SmallGuide, forever: str) -> None:
    guide.write("snippets/b.sh", f"echo begun >{guide.root}/begun; sleep {forever}\n")
    one = Watching(guide)
    try:
        while not (guide.root / "begun").exists():
            assert one.process.poll() is None
        one.process.send_signal(signal.SIGINT)
        assert one.process.wait(60) == 2
    finally:
        one.process.kill()
        one.process.wait()
    assert list(guide.root.glob("walkthrough-local-*")) == []


def test_what_an_update_writes_would_be_a_change() -> None:
    given = {"twice": False, "typed": None, "interrupted": None, "begin": "nothing", "checkpoints": False}
    with pytest.raises(click.UsageError, match="--update writes what --watch waits for"):
        ways.arguments(update=True, watch=True, **given)  # type: ignore[arg-type]
    assert ways.arguments(update=False, watch=True, **given)["watch"]  # type: ignore[arg-type]
