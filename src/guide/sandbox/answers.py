"""What is behind each address outside the machine, as the servers there read it while they serve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from walkthrough import whole

#: Where files of GitHub's releases lie: the address that a reader asks leads there.
RELEASE_FILES = "release-assets.githubusercontent.com"


@dataclass(frozen=True)
class Answers:
    """What is behind ``https`` addresses.

    :param files: the file that answers each.
    :param absent: why one that is known has no file.
    """

    files: Mapping[str, Path]
    absent: Mapping[str, str]

    def also(self, others: Answers) -> Answers:
        """These and others."""
        return Answers({**self.files, **others.files}, {**self.absent, **others.absent})


def hosts(answers: Answers) -> list[str]:
    """The host names of all addresses, and that of what they lead to."""
    return sorted({urlsplit(url).netloc for url in (*answers.files, *answers.absent)} | {RELEASE_FILES})


def publish(answers: Answers, path: Path) -> None:
    """Write answers where :class:`Published` reads them, whole, in place of those that are there."""
    files = {url: str(file) for url, file in answers.files.items()}
    whole.write(path, json.dumps({"files": files, "absent": dict(answers.absent)}))


class Published:
    """The answers of a file, read again when it has become another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._answers = Answers({}, {})

    def now(self) -> Answers:
        """The answers at this moment."""
        found = self._path.stat()
        # What :mod:`walkthrough.whole` writes is a new file.
        if (seen := (found.st_ino, found.st_mtime_ns)) != self._seen:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            files = {url: Path(file) for url, file in told["files"].items()}
            self._answers, self._seen = Answers(files, told["absent"]), seen
        return self._answers
