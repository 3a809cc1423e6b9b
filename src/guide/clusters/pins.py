"""What ``manifests/versions.yaml`` pins for the machine the cluster stands on."""

from __future__ import annotations

from guide.errors import GuideError
from guide.pins import versions


def pin(product: str, key: str) -> str:
    """One pinned value, such as the channel of ``microk8s``.

    :raises GuideError: the product or the key is not there.
    """
    try:
        return versions.load()[product][key]
    except KeyError:
        raise GuideError(
            f"{product!r} has no {key!r}", where=versions.NAME, fix=f"add {key}: … to the line of {product}"
        ) from None
