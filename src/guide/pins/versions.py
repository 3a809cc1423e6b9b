"""``manifests/versions.yaml``: the products that the guide pins."""

from __future__ import annotations

from pathlib import Path

from guide.forms import held
from guide.paths import ROOT
from walkthrough.inputs import read_yaml

#: Relative to the checkout.
NAME = "manifests/versions.yaml"


def load(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """What is pinned of each product: its ``version`` at least.

    :raises UserError: the file is not there, or not as its head describes it.
    """
    products: dict[str, dict[str, str]] = held(read_yaml(root / NAME, NAME), "versions").value
    return products
