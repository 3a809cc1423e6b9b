"""Where the processor seconds of the tests go: user and system, with all that a test started and waited for.

    python -m bench.tests [--most 20] [-- PYTEST-ARGUMENTS]

Without arguments, the lane that needs neither a browser nor a cluster. Processor seconds are much the same
beside other work; what is made for a whole module is told by itself, at the test that was first to want it.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Generator

import pytest

from bench.figures import parser

LANE = ("-m", "not browser and not sandbox", "--numprocesses=2", "--dist=worksteal")
SPENT = "processor-seconds"


def spent() -> float:
    """What this process has used so far, with those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _phase(item: pytest.Item, phase: str) -> Generator[None, object, object]:
    before = spent()
    try:
        return (yield)
    finally:
        item.user_properties.append((f"{SPENT} {phase}", round(spent() - before, 3)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _phase(item, "setup"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _phase(item, "call"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _phase(item, "teardown"))


class Ledger:
    """What each test of a run has used, wherever it ran."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, float]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name.startswith(SPENT):
                self.tests.setdefault(report.nodeid, {})[name.removeprefix(f"{SPENT} ")] = float(str(value))

    def told(self, most: int) -> list[str]:
        """The dearest tests, the dearest set-ups, and the dearest files."""
        calls = {test: phases.get("call", 0.0) for test, phases in self.tests.items()}
        around = {
            test: sum(seconds for phase, seconds in phases.items() if phase != "call")
            for test, phases in self.tests.items()
        }
        functions: dict[str, float] = defaultdict(float)
        files: dict[str, float] = defaultdict(float)
        for test in self.tests:
            functions[test.partition("[")[0]] += calls[test]
            files[test.partition("::")[0]] += calls[test] + around[test]
        lines = [f"{len(self.tests)} tests, {sum(files.values()):.0f} s of the processor"]
        for title, seconds in (
            ("tests, all their parameters together", functions),
            ("set-up and tear-down", around),
            ("files", files),
        ):
            lines += ["", f"The {most} dearest: {title}"]
            dearest = sorted(seconds, key=lambda name: -seconds[name])[:most]
            lines += [f"{seconds[name]:8.1f}  {name}" for name in dearest]
        return lines


def main() -> int:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--most", type=int, default=20)
    command_line.add_argument("arguments", nargs="*", help="for pytest, after --")
    options = command_line.parse_args()
    ledger = Ledger()
    arguments = ["-p", "bench.tests", "-p", "no:cacheprovider", "--quiet", *(options.arguments or LANE)]
    code = pytest.main(arguments, plugins=[ledger])
    print("\n".join(ledger.told(options.most)))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
