"""The one exception for everything a person can cause or fix."""

from __future__ import annotations


class UserError(Exception):
    """An error that says what was wrong, where, and what to do.

    :param what: one sentence, what was wrong.
    :param where: ``page:line``, a path or a command.
    :param fix: what to do about it.
    """

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  what to do: {self.fix}")
        return "\n".join(lines)


class MachineError(UserError):
    """What the machine refuses, whatever the pages say: a full disk, a folder that may not be written to."""
