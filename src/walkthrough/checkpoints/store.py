"""The checkpoints on this machine: folders that are there whole or not at all, within a limit of disk."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from walkthrough import folders, hooks, whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_json
from walkthrough.inputs.schema import held
from walkthrough.locks import locked
from walkthrough.machine.command import run
from walkthrough.machine.keeping import NotKeptError, size
from walkthrough.progress import Progress

#: How many GB all checkpoints may take together, where the variable of :func:`variable` does not say.
DEFAULT_LIMIT = 10.0

_FACTS, _STATE, _SECRETS = "checkpoint.json", "state", "secrets.json"
_PART = ".part"


@dataclass(frozen=True)
class Checkpoint:
    """One that is kept.

    :param page: behind which page it is.
    :param key: of all that it depends on.
    :param chain: the pages that were run for it, in order.
    :param commit: what was checked out; none outside a git repository.
    :param dirty: whether files differed from that.
    :param day: when it was kept, UTC.
    :param shell: the name of the chain whose shell is in it.
    :param seconds: what keeping it cost.
    :param size: its bytes on disk.
    """

    provider: str
    page: str
    key: str
    chain: tuple[str, ...]
    commit: str | None
    dirty: bool
    day: str
    shell: str
    seconds: float = 0.0
    size: int = 0

    @property
    def folder(self) -> Path:
        """Where it is."""
        return folder() / f"{self.provider}-{self.key[:24]}"

    @property
    def state(self) -> Path:
        """What the provider has kept."""
        return self.folder / _STATE

    @property
    def secrets(self) -> list[str]:
        """The values that the run that made it knew to be secret.

        :raises ValueError: they cannot be read, or are none.
        """
        try:
            values = read_json(self.folder / _SECRETS).value
        except UserError as error:
            raise ValueError(error.what) from error
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise ValueError("what is secret in it is no list of texts")
        return values

    def __str__(self) -> str:
        commit = (self.commit or "no commit")[:12] + (" with local changes" if self.dirty else "")
        return f"the checkpoint behind {self.page}, of {self.day}, {commit}"


def folder() -> Path:
    """Where all are."""
    return folders.cache(hooks.application()) / "checkpoints"


def variable() -> str:
    """The variable that says how many GB all checkpoints may take together."""
    return f"{hooks.program().upper()}_CHECKPOINTS_GB"


def limit() -> int:
    """How many bytes all may take together.

    :raises UserError: the variable says no number.
    """
    name = variable()
    text = os.environ.get(name, "") or str(DEFAULT_LIMIT)
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII):
        raise UserError(f"{name} is {text!r}, and no number of GB", fix=f"set it to a number: {name}=10")
    return int(float(text) * 1e9)


def every() -> list[Checkpoint]:
    """All that are whole, the oldest first."""
    found = (_read(path) for path in folder().glob("*/" + _FACTS))
    return sorted((one for one in found if one is not None), key=lambda one: (one.day, len(one.chain)))


def find(provider: str, key: str) -> Checkpoint | None:
    """The one with this key."""
    found = _read(folder() / f"{provider}-{key[:24]}" / _FACTS)
    return found if found is not None and (found.provider, found.key) == (provider, key) else None


@contextmanager
def keeping(checkpoint: Checkpoint, progress: Progress) -> Iterator[Path]:
    """An empty folder for the provider's state; when the block ends well it becomes the checkpoint.

    The oldest go for it when all together are over the limit then.

    :raises NotKeptError: it alone is over the limit.
    """
    most = limit()
    with exclusive(progress):
        part = checkpoint.folder.with_name(checkpoint.folder.name + _PART)
        try:
            part.mkdir(mode=0o700)
            yield part / _STATE
            # All of it is on the disk before it has its name.
            run(["sync", "--file-system", os.fspath(part)], timeout=600)
            part.rename(checkpoint.folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _make_room(most, checkpoint)


def describe(checkpoint: Checkpoint, state: Path, secrets: list[str], seconds: float) -> Checkpoint:
    """Write what a checkpoint is beside its state, in the block of :func:`keeping`."""
    part = state.parent
    whole.write(part / _SECRETS, json.dumps(secrets))
    (part / _SECRETS).chmod(0o600)
    told = replace(checkpoint, seconds=round(seconds, 1), size=size(part))
    whole.write(part / _FACTS, json.dumps(asdict(told), indent=1) + "\n")
    return told


def drop(checkpoints: list[Checkpoint], progress: Progress) -> None:
    """Remove checkpoints, each at once."""
    with exclusive(progress):
        for one in checkpoints:
            _drop(one)


@contextmanager
def exclusive(progress: Progress) -> Iterator[None]:
    """Hold the one lock of all checkpoints: nobody else keeps, uses or drops one while the block lasts."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder() / ".lock", progress, title="a checkpoint is kept, used or dropped"):
        # Whoever made it was ended: nobody else can hold the lock.
        for left in folder().glob(f"*{_PART}"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _drop(checkpoint: Checkpoint) -> None:
    part = checkpoint.folder.with_name(checkpoint.folder.name + _PART)
    if checkpoint.folder.exists():
        checkpoint.folder.rename(part)
    shutil.rmtree(part, ignore_errors=True)


def _make_room(most: int, latest: Checkpoint) -> None:
    kept = every()
    total = sum(one.size for one in kept)
    for one in kept:
        if total <= most:
            return
        _drop(one)
        total -= one.size
        if one.key == latest.key:
            raise NotKeptError(
                f"{one} takes {one.size / 1e9:.1f} GB alone, and is not kept",
                fix=f"let checkpoints take more: {variable()}={one.size / 1e9 * 2:.0f}",
            )


def _read(path: Path) -> Checkpoint | None:
    try:
        facts = held(read_json(path), "checkpoint").value
    except UserError:
        return None  # of another form
    one = Checkpoint(**{**facts, "chain": tuple(facts["chain"])})
    # Dropped is the folder that it names: no other than the one that it is in.
    return one if one.folder == path.parent else None
