"""What a step printed beside what the page shows."""

from __future__ import annotations

from collections.abc import Callable

from walkthrough.compare import expect
from walkthrough.machine.capture import Captured
from walkthrough.machine.result import Result
from walkthrough.pages.block import Block


def stream(output: Block, result: Result) -> Captured:
    """The stream that an output is of."""
    return result.stderr if output.stream == "stderr" else result.stdout


def difference(
    output: Block, result: Result, text: Callable[[Captured], str] = lambda captured: captured.text
) -> str | None:
    """What was printed otherwise than the page shows, as a unified diff; none where nothing was.

    :param text: what the stream says: without secrets, where it is shown.
    """
    captured = stream(output, result)
    if captured.binary:
        return text(captured)
    if captured.truncated:
        return f"{captured.size} bytes were printed: too much to compare"
    return expect.compare(output.body, text(captured), output.match)
