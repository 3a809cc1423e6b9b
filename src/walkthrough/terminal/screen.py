"""What a terminal shows of what a program prints: carriage returns go back, escape sequences are not text."""

from __future__ import annotations

import re

#: A control sequence, a string for the terminal itself (a title), another escape; what moves; a plain text.
_PIECES = re.compile(
    r"\x1b\[(?P<arguments>[0-9;?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\].*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
    r"|(?P<move>[\r\b])|(?P<ignored>[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f])|(?P<text>[^\x00-\x08\x0b-\x1f\x7f]+)",
    re.DOTALL,
)

#: What an interactive shell itself says of jobs: their number, what became of them.
_JOBS = re.compile(
    r"^\[\d+\] +(?:\d+|[-+ ] *(?:done|running|exit|terminated|killed|suspended|stopped)\b.*)$", re.I
)


def shown(printed: bytes) -> bytes:
    """The lines that stay on the screen; what is no text is left as it is."""
    try:
        text = printed.decode()
    except UnicodeDecodeError:
        return printed
    # Each line by itself: nothing that is pasted paints on the whole screen.
    lines = [_line(line) for line in text.split("\n")]
    return "\n".join(line for line in lines if not _JOBS.match(line)).encode()


def _line(line: str) -> str:
    if line.isprintable():
        return line
    cells: list[str] = []
    at = 0
    for piece in _PIECES.finditer(line):
        if piece["text"]:
            cells[at : at + len(piece["text"])] = piece["text"]
            at += len(piece["text"])
        elif piece["move"]:
            at = 0 if piece["move"] == "\r" else max(0, at - 1)
        elif piece["final"] == "K" and piece["arguments"] in ("", "0"):
            del cells[at:]
        elif piece["final"] == "C":
            at += int(piece["arguments"] or 1)
            cells += " " * (at - len(cells))
    return "".join(cells)
