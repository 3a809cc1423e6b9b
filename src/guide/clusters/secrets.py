"""The values of the cluster's own secrets: what no step may print."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guide.clusters.command import run
from guide.clusters.evidence import KUBECTL, TIMEOUT

if TYPE_CHECKING:
    from guide.clusters.base import Cluster

#: A Secret also holds what is none: an address, a user's name, a certificate, the time of a change.
_SECRET = re.compile(r"(?i)(password|token|secret|key|auth)$")
#: Shorter values stand in texts by chance.
SHORTEST = 12


def values(cluster: Cluster) -> list[str]:
    """What the Secrets of all namespaces keep secret now; empty where Kubernetes does not answer."""
    answer = run(
        cluster.argv([*KUBECTL, "get", "secrets", "--all-namespaces", "--output=json"]),
        timeout=TIMEOUT,
        check=False,
    )
    return list(_values(answer.stdout)) if answer.code == 0 else []


def _values(text: str) -> Iterator[str]:
    for item in json.loads(text)["items"]:
        for key, encoded in (item.get("data") or {}).items():
            value = base64.b64decode(encoded).decode(errors="replace")
            if _SECRET.search(key) and len(value) >= SHORTEST:
                yield value
