"""What a reader who stopped in the middle of a chapter has left behind is taken away as well."""

from __future__ import annotations

import pytest
import yaml

from guide.paths import MANIFESTS

from .conftest import Terminal

#: Rights in the whole cluster that we write ourselves: no namespace takes them along.
RIGHTS = sorted(
    (found["kind"].lower(), found["metadata"]["name"])
    for path in MANIFESTS.rglob("*.yaml")
    if "upstream" not in path.parts
    for found in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    if isinstance(found, dict) and found.get("kind") in {"ClusterRole", "ClusterRoleBinding"}
)


@pytest.mark.parametrize(
    "left",
    [
        "/usr/local/share/ca-certificates/gitops-ca.crt",
        "/usr/local/share/ca-certificates/gitops-ca-2.crt",
        "/var/snap/microk8s/current/args/certs.d/gitea.gitops.test",
    ],
)
def test_no_place_goes_on_trusting_the_root(terminal: Terminal, left: str) -> None:
    terminal.stand_in("sudo", "")
    terminal.paste("cleanup/trust-linux")
    removed, listed = terminal.calls("sudo")
    assert left in removed.split()
    assert listed == "update-ca-certificates --fresh"


def test_what_a_chapter_makes_for_a_while_goes_with_the_rest(terminal: Terminal) -> None:
    (terminal.home / "attack").mkdir()
    (terminal.home / "gitops-ca-2.crt").touch()
    terminal.stand_in("sudo", "")
    terminal.stand_in("kubectl", "")
    terminal.paste("cleanup/namespaces", "cleanup/files")
    assert not (terminal.home / "attack").exists()
    assert not (terminal.home / "gitops-ca-2.crt").exists()
    deleted = next(call.split() for call in terminal.calls("kubectl") if call.startswith("delete namespace"))
    assert "lab" in deleted


def test_rights_in_the_whole_cluster_go(terminal: Terminal) -> None:
    assert len(RIGHTS) >= 8
    terminal.stand_in("kubectl", "")
    terminal.paste("cleanup/argocd")
    deleted = {
        (kind, name)
        for call in terminal.calls("kubectl")
        if call.startswith("delete clusterrole")
        for kind in call.split()[1].split(",")
        for name in call.split()[2:]
    }
    assert [right for right in RIGHTS if right not in deleted] == []
