"""What ``manifests/versions.yaml`` pins for the machine the cluster stands on."""

from __future__ import annotations

from guide.pins import versions
from walkthrough.errors import UserError


def pin(product: str, key: str) -> str:
    """One pinned value, such as the channel of ``microk8s``.

    :raises UserError: the product or the key is not there.
    """
    try:
        return versions.load()[product][key]
    except KeyError:
        raise UserError(
            f"{product!r} has no {key!r}", where=versions.NAME, fix=f"add {key}: … to the line of {product}"
        ) from None
