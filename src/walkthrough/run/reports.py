"""What is shown of a block's test: its report, without a traceback through the harness, and no secret."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from walkthrough.errors import UserError
from walkthrough.progress import Progress
from walkthrough.run.verdicts import BlockFailedError


class Reports:
    """Takes part in a session as a plugin of pytest's.

    :param progress: its ``mask`` knows the secrets.
    :param shows: whether pytest shows nothing itself, so that this does.
    """

    def __init__(self, progress: Progress, *, shows: bool) -> None:
        self._progress = progress
        self._shows = shows

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep of a failure what the block's report says, and mask everything else."""
        report = yield
        mask = self._progress.mask
        if call.excinfo is not None and isinstance(call.excinfo.value, BlockFailedError):
            report.longrepr = str(call.excinfo.value)  # it is masked, but for where it was
        elif isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            report.longrepr = path, line, mask(reason)
        elif report.longrepr is not None:
            error = call.excinfo.value if call.excinfo is not None else None
            text = str(error) if isinstance(error, UserError) else report.longreprtext
            report.longrepr = mask(text)
        report.sections = [(title, mask(text)) for title, text in report.sections]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a failure when it happens."""
        if self._shows and report.failed:
            self._progress.line(f"\n{report.longreprtext}\n")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show what could not be collected."""
        if self._shows and report.failed:
            self._progress.line(report.longreprtext)
