"""A Python that a cluster's machine has, for the harness's own programs there."""

from __future__ import annotations

from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster
from walkthrough.machine.command import run

_TIMEOUT = 60.0


def find(cluster: Cluster) -> list[str]:
    """Its command: the machine's own, or the harness's where that is to be had there.

    :raises UserError: there is none.
    """
    for command in (["python3"], cluster.python()):
        try:
            if run(cluster.argv([*command, "-c", ""]), timeout=_TIMEOUT, check=False).code == 0:
                return list(command)
        except UserError:
            continue
    raise UserError(
        "the cluster's machine has no Python, which the harness's own programs there need",
        where=cluster.provider,
        fix="install python3 there",
    )
