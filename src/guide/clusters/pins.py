"""What ``manifests/versions.yaml`` pins for the machine the cluster stands on."""

from __future__ import annotations

import yaml

from guide.errors import GuideError
from guide.paths import MANIFESTS


def pin(product: str, key: str) -> str:
    """One pinned value, such as the channel of ``microk8s``.

    :raises GuideError: the product or the key is not there.
    """
    path = MANIFESTS / "versions.yaml"
    products = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return str(products[product][key])
    except (KeyError, TypeError):
        raise GuideError(
            f"{product!r} has no {key!r}", where=str(path), fix=f"add {key}: … to the line of {product}"
        ) from None
