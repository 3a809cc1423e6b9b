"""Which clusters of the guide's this machine knows of."""

from __future__ import annotations

import time
from dataclasses import dataclass

from guide.clusters.claim import Claim
from guide.paths import state_dir
from guide.sandbox import state as sandbox


@dataclass(frozen=True, order=True)
class Row:
    """One cluster.

    :param state: ``up``; ``left behind`` where what made it is gone; ``claimed`` where only the cluster
        itself can tell.
    :param age: seconds since it was made.
    """

    provider: str
    name: str
    state: str
    age: float


def clusters() -> list[Row]:
    """All of them, by provider and name."""
    rows = []
    for path in (state_dir() / "clusters").glob("*-*.json"):
        provider, _, name = path.stem.partition("-")
        rows.append(Row(provider, name, "claimed", Claim(provider, name).age()))
    for one in sandbox.states():
        if not one.folder.is_dir():
            continue
        lock = one.take()
        if lock is not None:
            lock.release()
        age = max(0.0, time.time() - one.folder.stat().st_ctime)
        rows.append(Row("sandbox", one.name, "up" if lock is None else "left behind", age))
    return sorted(rows)
