"""What the measurements share: a command line, the machine they ran on, the clocks, how a series is told."""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from walkthrough.proof.provenance import host


def parser(description: str | None) -> argparse.ArgumentParser:
    """A command line that shows the module's own description as it is written."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def machine() -> str:
    """The machine, without its name."""
    facts = host()
    memory = int(facts["memory_mib"]) / 1024
    system = f"{facts['system']} {facts['kernel']} {facts['architecture']}"
    return f"{system}, {facts['cpus']} cores, {memory:.0f} GiB, Python {facts['python']}"


def timed(body: Callable[[], object], times: int) -> list[float]:
    """Seconds that each of a number of calls takes."""
    series = []
    for number in range(1, times + 1):
        started = time.perf_counter()
        body()
        series.append(time.perf_counter() - started)
        print(f"  {number} of {times}: {series[-1]:.2f} s", file=sys.stderr)
    return series


def processor() -> float:
    """Seconds of the processor, user and system, of all that was started and waited for until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def told(series: Sequence[float]) -> str:
    """The median and the range: the machine may do something else meanwhile."""
    median = statistics.median(series)
    return f"{median:.2f} s (median of {len(series)}, {min(series):.2f} to {max(series):.2f})"
