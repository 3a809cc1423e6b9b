"""A Python that a cluster's machine has, for the harness's own programs there."""

from __future__ import annotations

from guide.clusters.base import Cluster
from guide.clusters.command import run
from guide.errors import GuideError

_TIMEOUT = 60.0


def find(cluster: Cluster) -> list[str]:
    """Its command: the machine's own, or the harness's where that is to be had there.

    :raises GuideError: there is none.
    """
    for command in (["python3"], cluster.python()):
        try:
            if run(cluster.argv([*command, "-c", ""]), timeout=_TIMEOUT, check=False).code == 0:
                return list(command)
        except GuideError:
            continue
    raise GuideError(
        "the cluster's machine has no Python, which the harness's own programs there need",
        where=cluster.provider,
        fix="install python3 there",
    )
