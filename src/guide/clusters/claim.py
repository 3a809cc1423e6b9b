"""What this machine remembers of a cluster of the guide's, lest the guide takes another's for its own."""

from __future__ import annotations

import fcntl
import json
import math
import os
import time
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING

from guide.paths import state_dir
from walkthrough import whole
from walkthrough.errors import UserError

if TYPE_CHECKING:
    from walkthrough.machine.base import Cluster


def not_up(cluster: Cluster, *more: str) -> UserError:
    """The error for a command in a cluster that nobody has started.

    :param more: what starting it needs besides.
    """
    named = " ".join(["--cluster", cluster.provider, *more, "--name", cluster.options.name])
    return UserError(
        f"no cluster called {cluster.options.name!r} is up",
        where=cluster.provider,
        fix=f"start it: guide cluster up {named}; or see which there are: guide cluster status",
    )


class Claim:
    """The record of one cluster, written before it is made and removed after it is gone.

    :param provider: the provider's name.
    :param name: what tells the provider's clusters apart on this machine.
    """

    def __init__(self, provider: str, name: str) -> None:
        self.title = f"{provider} cluster {name!r}"
        self.path = state_dir() / "clusters" / f"{provider}-{name}.json"
        self._lock: IO[str] | None = None

    def hold(self) -> None:
        """Keep other runs off this cluster until :meth:`release` or the end of this process.

        :raises UserError: another run holds it.
        """
        if self._lock is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_suffix(".lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            pid = lock.read().strip() or "unknown"
            lock.close()
            raise UserError(
                f"another run uses the {self.title} (process {pid})",
                where=str(self.path),
                fix="wait until it has ended, or end it",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        """Let other runs at it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def read(self) -> dict[str, str] | None:
        """What was written, or nothing where there is no claim (a broken one counts as none)."""
        try:
            record = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return {str(key): str(value) for key, value in record.items()} if isinstance(record, dict) else None

    def write(self, facts: Mapping[str, str]) -> None:
        """Replace the claim's facts at once and whole; ``since`` stays as it was."""
        since = (self.read() or {}).get("since", str(int(time.time())))
        whole.write(self.path, json.dumps({"since": since, **facts}, indent=1, sort_keys=True))

    def age(self) -> float:
        """Seconds since the claim was first written; 0 without one."""
        try:
            since = float((self.read() or {})["since"])
        except (KeyError, ValueError):
            return 0.0
        return max(0.0, time.time() - since) if math.isfinite(since) else 0.0

    def clear(self) -> None:
        """Forget the cluster."""
        self.path.unlink(missing_ok=True)
