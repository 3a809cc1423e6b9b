"""What the suite costs, held against ``bench/budget.toml`` and the last time; it is said, and nothing fails.

Seconds of one machine mean nothing on another. So all is told in references: what a fixed loop of bash and
one of Python cost in the same run, before it and after it, on the same machine with the same work beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guide.forms import held
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_json, read_toml

#: Changing one changes every figure of the budget, and nothing can be compared with the last time.
LOOPS = (
    ("bash", "--norc", "-c", "for ((i = 0; i < 400000; i++)); do x=$i; done"),
    (sys.executable, "-I", "-S", "-c", "for i in range(300): sorted(str(j) for j in range(20000))"),
)
#: How much more a job must cost than the last time before that is said: as much as the machine alone may do.
SLOWER = 1.15


@dataclass(frozen=True)
class Cost:
    """What something costs, in seconds or in references.

    :param processor: of the processor, user and system, with all that was started and waited for.
    :param wall: from the begin to the end.
    """

    processor: float
    wall: float

    def __truediv__(self, reference: float) -> Cost:
        return Cost(self.processor / reference, self.wall / reference)


def reference() -> float:
    """The processor seconds of the fixed loops, now."""
    total = 0.0
    for loop in LOOPS:
        running = subprocess.Popen(loop, stdin=subprocess.DEVNULL, env={"LC_ALL": "C", "PATH": os.defpath})
        # Of this one alone: others may end meanwhile.
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        total += used.ru_utime + used.ru_stime
    return total


def load(path: Path) -> dict[str, dict[str, float]]:
    """The budget: what each job may cost, in references.

    :raises UserError: the file is not there, or is not as its head says.
    """
    table: dict[str, dict[str, float]] = held(read_toml(path), "budget").value
    return table


@dataclass
class Ledger:
    """What the jobs of this run cost.

    :param budget: the file with what they may cost.
    :param last: where the costs of the last time are kept.
    """

    budget: Path
    last: Path
    costs: dict[str, Cost] = field(default_factory=dict)
    references: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Measure the reference; as often as wanted, beside as much as is running."""
        self.references.append(reference())

    def told(self) -> list[str]:
        """What the costs come to: lines for the summary. They are kept for the next time."""
        if not self.references or not self.costs:
            return []
        unit = sum(self.references) / len(self.references)
        costs = {name: cost / unit for name, cost in self.costs.items()}
        try:
            budget, wrong = load(self.budget), ""
        except UserError as error:
            budget, wrong = {}, str(error)
        before = _read(self.last)
        lines = [
            f"Costs in references of {unit:.2f} processor seconds (in brackets budget and last time):",
            *(_line(name, cost, budget.get(name, {}), before.get(name)) for name, cost in costs.items()),
            *([wrong] if wrong else []),
            *_slower(costs, budget, before),
        ]
        kept = {**before, **costs}
        try:
            whole.write(self.last, json.dumps({name: vars(cost) for name, cost in kept.items()}, indent=1))
        except UserError as error:
            lines.append(str(error))
        return lines


def _line(name: str, cost: Cost, budget: Mapping[str, float], before: Cost | None) -> str:
    def one(what: str) -> str:
        beside = [
            f"{budget[what]:g}" if what in budget else "-",
            f"{getattr(before, what):.1f}" if before else "-",
        ]
        return f"{what} {getattr(cost, what):.1f} ({', '.join(beside)})"

    return f"  {name:<14}{one('processor'):<34}{one('wall')}"


def _slower(
    costs: Mapping[str, Cost], budget: Mapping[str, Mapping[str, float]], before: Mapping[str, Cost]
) -> list[str]:
    """What costs more than it may, and more than the last time."""
    lines = []
    for name, cost in costs.items():
        for what, may in budget.get(name, {}).items():
            if getattr(cost, what) > may:
                over = getattr(cost, what) / may
                lines.append(f"  over budget: {name} costs {over:.2f} times what it may ({what})")
        if name in before and cost.processor > SLOWER * before[name].processor > 0:
            more = cost.processor / before[name].processor
            lines.append(f"  slower: {name} costs {more:.2f} times what it cost the last time (processor)")
    return lines


def _read(path: Path) -> dict[str, Cost]:
    """The costs of the last time; none where nothing was kept that can be read."""
    try:
        kept: Any = read_json(path).value
        found = {name: Cost(float(cost["processor"]), float(cost["wall"])) for name, cost in kept.items()}
    except (UserError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return {}
    return {name: cost for name, cost in found.items() if cost.processor >= 0 and cost.wall >= 0}
