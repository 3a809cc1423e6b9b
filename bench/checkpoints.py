"""From the command to the first step of a page: from its checkpoint, and from nothing.

    python -m bench.checkpoints PAGE… [--times 3]

Before it: ``guide verify PAGE --checkpoints``. Each run is ended (Ctrl-C) when its first step has begun, so
it records nothing. "From nothing" is the first page with steps, which waits for nothing but the cluster; what
the steps before PAGE took is added from the last record, where there is one. Needs root.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.figures import machine, parser, told
from guide.paths import ROOT
from walkthrough.checkpoints import store
from walkthrough.pages.loading import load_all
from walkthrough.project import Project
from walkthrough.proof import archive, storage

#: What a step says of itself when it begins, on no terminal.
_STEP = re.compile(r"([\w/-]+\.md):\d+ ")


def first_step(arguments: Sequence[str]) -> tuple[str, float]:
    """The page of the first step of a run, and the seconds until it began."""
    command = [sys.executable, "-m", "guide", "verify", *arguments, "--name", f"bench-{os.getpid()}"]
    began = time.perf_counter()
    run = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert run.stderr is not None
    found, said = None, []
    try:
        for line in run.stderr:
            said.append(line)
            if match := _STEP.match(line):
                found = match[1], time.perf_counter() - began
                break
    finally:
        run.send_signal(signal.SIGINT)
        run.stderr.read()
        run.wait()
    if found is None:
        raise SystemExit("no step began:\n" + "".join(said))
    return found


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("pages", nargs="+")
    command_line.add_argument("--times", type=int, default=3)
    options = command_line.parse_args()
    project = Project(ROOT)
    durations = archive.durations(project, "sandbox") | storage.durations(project, "sandbox")
    print(machine())
    guide = load_all(project)
    first = next(guide.blocks("nb")).page
    nothing = [first_step(["--from", "nothing", first])[1] for _ in range(options.times)]
    print(f"the first page, from nothing: {told(nothing)}")
    for name in options.pages:
        page = project.page_named(name)
        series = []
        for _ in range(options.times):
            began, took = first_step([name])
            if began != page:
                raise SystemExit(f"{page} has no checkpoint before it: guide verify {name} --checkpoints")
            series.append(took)
        before = project.chain([name])[:-1]
        steps = sum(durations.get(block.name, 0) for block in guide.blocks("nb") if block.page in before)
        median, whole = statistics.median(series), statistics.median(nothing) + steps
        print(
            f"{page}, from its checkpoint: {told(series)}, {median / statistics.median(nothing):.1f} times "
            f"the first page's; from nothing its steps begin after {whole:.0f} s, {whole / median:.0f} times "
            "as late"
        )
    for one in store.every():
        print(f"behind {one.page}: {one.size / 1e6:.0f} MB, kept in {one.seconds:.1f} s")


if __name__ == "__main__":
    main()
