"""What a workflow's file says of a job, as far as the guide's workflows say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from walkthrough.errors import UserError

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMPARISON = re.compile(r"([\w.-]+)\s*(==|!=)\s*'([^']*)'")
#: Functions of the state of the job; a condition without one means "and nothing has failed".
_STATES = ("success()", "failure()", "cancelled()", "always()")


@dataclass(frozen=True)
class Step:
    """One step.

    :param title: what a log calls it.
    :param uses: the action, without its version; empty for a script.
    :param given: what the action gets (``with``).
    :param may_fail: ``continue-on-error``.
    """

    title: str
    name: str = ""
    script: str = ""
    uses: str = ""
    condition: str = ""
    may_fail: bool = False
    pipefail: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class State:
    """What a job knows while it runs: its expressions ask for it by the names that GitHub has for it."""

    known: dict[str, str] = field(default_factory=dict)
    failed: bool = False

    def ended(self, step: Step, code: int, outputs: Mapping[str, str]) -> None:
        """Remember what came of a step."""
        outcome = "failure" if code else "success"
        if step.name:
            self.known[f"steps.{step.name}.outcome"] = outcome
            self.known |= {f"steps.{step.name}.outputs.{key}": value for key, value in outputs.items()}
        self.failed = self.failed or (code != 0 and not step.may_fail)

    def fill(self, text: str) -> str:
        """``text`` with its expressions replaced by what is known; what is not known is empty."""
        return _EXPRESSION.sub(lambda match: self._value(match[1]), text)

    def holds(self, condition: str) -> bool:
        """Whether a step with this condition runs now.

        :raises UserError: it is written in a way that nobody has needed yet.
        """
        whole = _EXPRESSION.sub(r"\1", condition).strip()
        if not any(state in whole for state in _STATES):
            whole = f"success() && ({whole})" if whole else "success()"
        return self._either(whole)

    def _either(self, text: str) -> bool:
        # All of them, so that one that cannot be read is told whatever the others are.
        answers = [self._both(part) for part in _split(text, "||")]
        return any(answers)

    def _both(self, text: str) -> bool:
        answers = [self._one(part) for part in _split(text, "&&")]
        return all(answers)

    def _one(self, text: str) -> bool:
        if text.startswith("(") and text.endswith(")"):
            return self._either(text[1:-1])
        states = {
            "success()": not self.failed,
            "failure()": self.failed,
            "cancelled()": False,
            "!cancelled()": True,
            "always()": True,
        }
        if text in states:
            return states[text]
        comparison = _COMPARISON.fullmatch(text)
        if not comparison:
            raise UserError(f"a condition that the rehearsal cannot read: {text}", fix="teach it in State")
        return (self._value(comparison[1]) == comparison[3]) is (comparison[2] == "==")

    def _value(self, expression: str) -> str:
        return self.known.get(expression, "")


def job(path: Path, name: str | None = None) -> tuple[list[Step], dict[str, str]]:
    """The steps of a job, the workflow's first by default, and the environment that they share.

    :raises UserError: there is no such job, or it is another workflow.
    """
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    chosen = name or next(iter(jobs))
    if "steps" not in jobs.get(chosen, {}):
        raise UserError(f"the workflow has no steps of a job {chosen}", where=str(path), fix=", ".join(jobs))
    environment = {key: str(value) for key, value in jobs[chosen].get("env", {}).items()}
    return [_step(written) for written in jobs[chosen]["steps"]], environment


def _step(written: Mapping[str, Any]) -> Step:
    uses = str(written.get("uses", "")).partition("@")[0]
    script = str(written.get("run", ""))
    title = written.get("name") or uses or script.splitlines()[0]
    return Step(
        title=str(title),
        name=str(written.get("id", "")),
        script=script,
        uses=uses,
        condition=str(written.get("if", "")),
        may_fail=written.get("continue-on-error") is True,
        # The default shell of a script is `bash -e`; the one that is named has pipefail as well.
        pipefail=written.get("shell") == "bash",
        given={key: str(value) for key, value in written.get("with", {}).items()},
        environment={key: str(value) for key, value in written.get("env", {}).items()},
    )


def _split(text: str, operator: str) -> list[str]:
    """``text`` at an operator, but not inside brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and text.startswith(operator, at):
            parts.append(text[start:at].strip())
            start = at + len(operator)
    return [*parts, text[start:].strip()]
