"""What the harness costs: the same steps as a page of a small site, and as one plain bash script.

python -m bench.harness [--steps 100] [--times 3]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import machine, parser, timed, told
from guide.paths import ROOT

CONFIG = """\
site_name: Bench
nav: [index.md]
markdown_extensions: [attr_list, pymdownx.superfences, pymdownx.highlight]
extra: {walkthrough: {machines: [local]}}
"""


def small_site(root: Path, steps: int, command: str) -> None:
    """A site of one page whose steps all run ``command``, each with an output."""
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    blocks = [
        f"\n```{{.bash .step #bench-{number}}}\n{command}\necho {number}\n```\n"
        f"\n```{{.text .output}}\n{number}\n```\n"
        for number in range(steps)
    ]
    page = root / "docs/index.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Bench\n" + "".join(blocks), encoding="utf-8")


def verifying() -> list[str]:
    """The command that runs the page, on this machine's bash; with ``PYTHONPATH`` it finds the harness."""
    program = "from walkthrough.cli import main; main()"
    return [sys.executable, "-c", program, "verify", "--name", f"bench-{os.getpid()}"]


def verify(root: Path) -> None:
    """One run of the page."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run(verifying(), cwd=root, env=environment, check=True, capture_output=True)


def plain(script: Path) -> None:
    """The same steps in one bash."""
    subprocess.run(["bash", "-euo", "pipefail", str(script)], check=True, capture_output=True)


def measure(command: str, steps: int, times: int) -> tuple[list[float], list[float]]:
    """Seconds of runs of the site, and of one bash script that does the same."""
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
        root = Path(folder)
        small_site(root, steps, command)
        script = root / "plain.sh"
        script.write_text("".join(f"{command}\necho {number}\n" for number in range(steps)), encoding="utf-8")
        print(f"{steps} steps of {command!r}", file=sys.stderr)
        return timed(lambda: verify(root), times), timed(lambda: plain(script), times)


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--steps", type=int, default=100)
    command_line.add_argument("--times", type=int, default=3)
    options = command_line.parse_args()
    print(machine())
    single, _ = measure(":", 1, options.times)
    many, _ = measure(":", options.steps, options.times)
    each = (statistics.median(many) - statistics.median(single)) / (options.steps - 1)
    print(f"starting, and writing the proof: {told(single)}")
    print(f"each step: {each * 1000:.0f} ms more than in one bash script")
    # What the guide's steps are like: most of them wait for a cluster.
    count = options.steps // 5
    ours, theirs = measure("sleep 0.5", count, options.times)
    print(f"{count} steps of half a second: the harness {told(ours)}, bash {told(theirs)}")
    print(f"  {statistics.median(ours) / statistics.median(theirs):.2f} times as long")


if __name__ == "__main__":
    main()
