"""MicroK8s has two pods of Calico, the sandbox none: what the cluster page shows is right with both."""

from __future__ import annotations

import pytest

from guide import paths
from walkthrough.compare.expect import compare

HEAD = ("NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE")
#: Named as Deployments and DaemonSets name their pods.
CALICO = (
    ("kube-system", "calico-kube-controllers-7bb9f5f878-r8m4x"),
    ("kube-system", "calico-node-2hq9d"),
)
COREDNS = ("kube-system", "coredns-5986966c54-7jdkl")
STORAGE = ("kube-system", "hostpath-provisioner-7c8bdf94b8-tlnq5")


def listed(*pods: tuple[str, str]) -> str:
    """As kubectl lists pods: sorted, and each column as wide as its widest cell and three spaces."""
    rows = [HEAD, *((*pod, "1/1", "Running", "0", "4m12s") for pod in sorted(pods))]
    widths = [max(map(len, column)) + 3 for column in zip(*rows, strict=True)]
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def shown(name: str) -> str:
    return (paths.ROOT / f"snippets/cluster/{name}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("calico", [(), CALICO], ids=["sandbox", "microk8s"])
def test_the_list_of_pods_is_right_with_calico_and_without(calico: tuple[tuple[str, str], ...]) -> None:
    assert compare(shown("look-pods"), listed(*calico, COREDNS, STORAGE), "like") is None
    for left_out in (COREDNS, STORAGE):
        rest = {*calico, COREDNS, STORAGE} - {left_out}
        assert compare(shown("look-pods"), listed(*rest), "like"), f"{left_out} may be missing"


@pytest.mark.parametrize(
    "calico",
    [(), ("docker.io/calico/kube-controllers:v3.29.3", "docker.io/calico/node:v3.29.3")],
    ids=["sandbox", "microk8s"],
)
def test_the_list_of_images_is_right_with_calico_and_without(calico: tuple[str, ...]) -> None:
    images = ("cdkbot/hostpath-provisioner:1.5.0", "coredns/coredns:1.12.1", *calico)
    assert compare(shown("jq"), "\n".join(sorted(images)), "like") is None
