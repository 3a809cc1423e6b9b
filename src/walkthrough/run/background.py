"""Steps that go on in the background while the blocks after them use them: a server, a forwarded port.

A reader gives such a command a terminal of its own. Here the shell that begins it waits until ``until=``
holds, and hands its state on as after any step; the process itself ends with its page, however the run ends.
"""

from __future__ import annotations

from shlex import quote

from walkthrough.machine.shell import Shell
from walkthrough.pages.block import Block

_EARLY = "this holds before the step has begun, so something else answers"
_ENDED = "the process has ended before this held"

#: Its first line is that of the body as well, so that lines keep their numbers.
_WRAPPED = """\
if (eval {until}) >/dev/null 2>&1; then printf '%s: %s\\n' {early} {until} >&2; exit 1; fi; {{ {body}}} &
__walkthrough_process=$!
while :; do
  __walkthrough_up=no
  if (eval {until}) >/dev/null 2>&1; then __walkthrough_up=yes; fi
  if ! kill -0 "$__walkthrough_process" 2>/dev/null; then
    __walkthrough_code=0
    wait "$__walkthrough_process" || __walkthrough_code=$?
    printf '%s: %s\\n' {ended} {until} >&2
    exit $((__walkthrough_code ? __walkthrough_code : 1))
  fi
  if [ "$__walkthrough_up" = yes ]; then break; fi
  sleep 0.1
done
"""


def wrapped(block: Block) -> str:
    """What is run for a step in the background."""
    words = {"until": quote(block.until), "early": quote(_EARLY), "ended": quote(_ENDED)}
    return _WRAPPED.format(body=block.body, **words)


class Background:
    """What goes on beside the blocks of the page that is being run."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._page: tuple[str, bool] | None = None
        self._begun = False

    def turn(self, block: Block) -> None:
        """A block's turn: what goes on since another page, or since the page's first time, ends."""
        if self._page != (block.page, block.again):
            self.end()
            self._page = block.page, block.again

    def begin(self) -> None:
        """A step of this page is begun in the background."""
        self._begun = True

    def end(self) -> None:
        """End what this page has begun, and what else its steps left running."""
        if self._begun:
            self._begun = False
            self._shell.end_left()
