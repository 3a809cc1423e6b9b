"""How long the embedded cluster takes, up and down, built already and from nothing.

    python -m bench.cluster [--times 5] [--first]

``--first`` also builds everything with empty caches of our own (not of Go's modules, which are downloads).
That takes tens of minutes. Needs root.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from bench.figures import machine, parser, timed, told


def guide(*arguments: str, cache: str | None = None) -> None:
    """Run one command of ``guide`` for a cluster of this program's own."""
    environment = os.environ | ({"XDG_CACHE_HOME": cache, "GOCACHE": f"{cache}/go-build"} if cache else {})
    command = [sys.executable, "-m", "guide", "cluster", *arguments, "--name", f"bench-{os.getpid()}"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--times", type=int, default=5)
    command_line.add_argument("--first", action="store_true")
    options = command_line.parse_args()
    print(machine())
    try:
        guide("up")
        guide("down")
        up: list[float] = []
        down: list[float] = []
        for _ in range(options.times):
            up += timed(lambda: guide("up"), 1)
            down += timed(lambda: guide("down"), 1)
        print(f"up, built already: {told(up)}")
        print(f"down: {told(down)}")
        if options.first:
            with tempfile.TemporaryDirectory(prefix="guide-bench-") as cache:
                first = timed(lambda: guide("up", cache=cache), 1)
            print(f"up, from nothing: {told(first)}, {first[0] / statistics.median(up):.0f} times as long")
    finally:
        guide("down")


if __name__ == "__main__":
    main()
