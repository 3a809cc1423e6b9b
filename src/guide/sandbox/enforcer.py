"""What enforces NetworkPolicies in the sandbox: who it is, what it may look at, and what it replaces."""

from __future__ import annotations

from typing import Any

from walkthrough.machine.base import Replacement

USER = "network-policies"
_API = "rbac.authorization.k8s.io/v1"
_GROUP = "rbac.authorization.k8s.io"


def role() -> list[tuple[str, dict[str, Any]]]:
    """The role of the enforcer, by the path where each object is made: it may look, and change nothing."""
    look = ["get", "list", "watch"]
    metadata = {"name": "sandbox:network-policies"}
    return [
        (
            f"/apis/{_API}/clusterroles",
            {
                "apiVersion": _API,
                "kind": "ClusterRole",
                "metadata": metadata,
                "rules": [
                    {"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": look},
                    {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": look},
                ],
            },
        ),
        (
            f"/apis/{_API}/clusterrolebindings",
            {
                "apiVersion": _API,
                "kind": "ClusterRoleBinding",
                "metadata": metadata,
                "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": metadata["name"]},
                "subjects": [{"apiGroup": _GROUP, "kind": "User", "name": USER}],
            },
        ),
    ]


def replacement(version: str) -> Replacement:
    """The row that is printed with each proof.

    :param version: of kube-network-policies.
    """
    return Replacement(
        "Calico, which brings MicroK8s' pods their addresses and enforces NetworkPolicies",
        f"kube-network-policies {version}, built from its module, behind a main program of our own, and a "
        "bridge that gives pods the next free address; Calico's two pods are missing, and so are policies of "
        "its own kinds",
        "the Go proxy does not serve a module that Calico is made of",
    )
