"""What a container gets from the node beside what its image and its pod say."""

from __future__ import annotations

import json
from pathlib import Path

#: Where programs on Debian, in Go and in curl look for the authorities that they trust.
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def specification(default: str, authorities: Path) -> str:
    """The specification that every container starts from: containerd's own, with a bundle of authorities.

    What is outside the machine answers under others' names, and a program in a pod must be able to check
    that as it would check the real ones. What a pod itself mounts there goes before the bundle.

    :param default: containerd's specification, as JSON.
    :param authorities: the bundle, outside the container.
    """
    made = json.loads(default)
    # A limit that containerd sets only to take it away; not so when it is given a file.
    del made["process"]["rlimits"]
    made["mounts"].append(
        {
            "destination": str(BUNDLE),
            "type": "bind",
            "source": str(authorities),
            "options": ["bind", "ro", "nosuid", "nodev", "noexec"],
        }
    )
    return json.dumps(made, indent=2) + "\n"
