"""How long a newcomer waits: the set-up from nothing, once it is there, and each check.

    python -m bench.check [--times 3] [--setup]

``--setup`` makes ``.venv`` anew in a copy of the checkout.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.figures import machine, parser, timed, told
from guide.paths import ROOT

BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that must succeed."""
    subprocess.run(list(map(str, command)), cwd=cwd, check=True, capture_output=True)


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--times", type=int, default=3)
    command_line.add_argument("--setup", action="store_true")
    options = command_line.parse_args()
    print(machine())
    if options.setup:
        with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
            copy = Path(folder) / "guide"
            run("git", "clone", "--quiet", ROOT, copy)
            first = timed(lambda: run("tools/setup", "serve", cwd=copy), 1)
            again = timed(lambda: run("tools/setup", "serve", cwd=copy), options.times)
        print(f"set-up from nothing: {told(first)}")
        print(
            f"set-up, there already: {told(again)}, {first[0] / statistics.median(again):.0f} times as fast"
        )
    for title, command in (
        ("guide check", (BIN / "guide", "check")),
        ("site, strict build", (BIN / "mkdocs", "build", "--strict")),
        ("make check", (shutil.which("make") or "make", "check")),
    ):
        series = timed(partial(run, *command), options.times)
        print(f"{title}: {told(series)}")


if __name__ == "__main__":
    main()
