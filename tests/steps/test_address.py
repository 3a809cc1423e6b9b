"""The node's address goes into every rule that has one, those of later chapters as well."""

from __future__ import annotations

import shutil

from guide.paths import MANIFESTS

from .conftest import Terminal


def test_no_rule_keeps_the_address_that_nobody_has(terminal: Terminal) -> None:
    network = shutil.copytree(MANIFESTS / "network", terminal.platform / "network")
    placeholders = sum(
        path.read_text(encoding="utf-8").count("192.0.2.1/32") for path in network.glob("*.yaml")
    )
    terminal.stand_in("kubectl", "echo 10.0.0.7")
    terminal.paste("close/node")
    rules = "".join(path.read_text(encoding="utf-8") for path in network.glob("*.yaml"))
    assert "192.0.2.1" not in rules
    assert rules.count("10.0.0.7/32") == placeholders >= 6
