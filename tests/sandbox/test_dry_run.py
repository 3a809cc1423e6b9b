"""The manifests' second depth, asked of a real API."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.manifests import dry_run
from guide.paths import MANIFESTS
from guide.sandbox.provider import Sandbox

from .support import tell

pytestmark = pytest.mark.sandbox


def test_the_cluster_takes_every_manifest_of_the_guide(cluster: Sandbox) -> None:
    before = tell(
        cluster, "microk8s", "kubectl", "get", "all,namespaces", "--all-namespaces", "--output=name"
    )
    manifests = [path for path in sorted(MANIFESTS.rglob("*.yaml")) if path.parent != MANIFESTS]
    assert {path.name: dry_run(cluster, path) for path in manifests} == {path.name: [] for path in manifests}
    after = tell(cluster, "microk8s", "kubectl", "get", "all,namespaces", "--all-namespaces", "--output=name")
    assert after == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("containerPort: 8080", "containerPort: 80800", "must be between 1 and 65535"),
        ("imagePullPolicy: Always", "imagePullPolicy: Awlays", "supported values"),
        ("seccompProfile:", "seccompProfil:", "seccompProfil"),
        ("app.kubernetes.io/name: nyan", "app.kubernetes.io/name: not_allowed_", "RFC 1123|a valid label"),
    ],
)
def test_the_cluster_refuses_what_no_schema_knows(
    cluster: Sandbox, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (MANIFESTS / "nyan/deployment.yaml").read_text(encoding="utf-8")
    text = text.replace("          image:", "          imagePullPolicy: Always\n          image:")
    assert old in text
    path = tmp_path / "deployment.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    refusals = "\n".join(dry_run(cluster, path))
    assert any(word in refusals for word in words.split("|")), refusals
