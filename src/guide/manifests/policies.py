"""Reads NetworkPolicies as Kubernetes does, and says which ways they leave open.

Only what the guide's policies use is read: label selectors, ports by name or number, and an ``ipBlock`` of
one address. Anything else is an error, so that a picture never shows less than what is applied.
Source of the rules: the Kubernetes API reference, NetworkPolicySpec.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile
from walkthrough.inputs.text import name_of

#: The one label of a namespace that Kubernetes itself sets.
_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Pod:
    """A program in the cluster.

    :param port: what it is asked on, as a policy may call it: the container port's name, its number.
    """

    namespace: str
    labels: Mapping[str, str]
    port: frozenset[str | int] = frozenset()


@dataclass(frozen=True)
class Address:
    """Something that is not a pod: the node, or the world outside.

    :param node: whether it is the node; no ``ipBlock`` of the guide means any other address.
    """

    node: bool
    port: frozenset[str | int] = frozenset()


End = Pod | Address


@dataclass(frozen=True)
class Policies:
    """The policies of a cluster, and nothing else of it."""

    found: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Policies:
        """Those in some files; other kinds are passed over.

        :raises UserError: a file cannot be read as YAML.
        """
        found: list[Mapping[str, Any]] = []
        for path in paths:
            documents = [one.data for one in yamlfile.load(read_text(path), name_of(path))]
            found += [
                one for one in documents if isinstance(one, dict) and one.get("kind") == "NetworkPolicy"
            ]
        return cls(tuple(found))

    def open(self, start: End, end: End) -> bool:
        """Whether one may begin to talk to the other: out of the one, and into the other."""
        return self._allowed("Egress", start, end) and self._allowed("Ingress", end, start)

    def isolates(self, end: End) -> bool:
        """Whether only what is allowed may begin to talk to it."""
        return isinstance(end, Pod) and any(_is_for(one, "Ingress", end) for one in self.found)

    def _allowed(self, direction: str, here: End, there: End) -> bool:
        if isinstance(here, Address):
            return True
        mine = [one["spec"] for one in self.found if _is_for(one, direction, here)]
        rules = [rule for spec in mine for rule in spec.get(direction.lower(), ())]
        asked = there if direction == "Egress" else here
        return not mine or any(_matches(rule, here.namespace, there, asked.port) for rule in rules)


def _is_for(policy: Mapping[str, Any], direction: str, pod: Pod) -> bool:
    spec = policy["spec"]
    return (
        direction in spec["policyTypes"]
        and policy["metadata"]["namespace"] == pod.namespace
        and _selects(spec["podSelector"], pod.labels)
    )


def _matches(rule: Mapping[str, Any], own: str, there: End, port: frozenset[str | int]) -> bool:
    _known(rule, {"to", "from", "ports"})
    peers = rule.get("to", rule.get("from"))
    if peers is not None and not any(_is_peer(peer, own, there) for peer in peers):
        return False
    ports = rule.get("ports")
    return ports is None or any(entry["port"] in port for entry in ports)


def _is_peer(peer: Mapping[str, Any], own: str, there: End) -> bool:
    _known(peer, {"podSelector", "namespaceSelector", "ipBlock"})
    if "ipBlock" in peer:
        return isinstance(there, Address) and there.node
    if isinstance(there, Address):
        return False
    selector = peer.get("namespaceSelector")
    near = there.namespace == own if selector is None else _selects(selector, {_NAME: there.namespace})
    return near and _selects(peer.get("podSelector", {}), there.labels)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    _known(selector, {"matchLabels", "matchExpressions"})
    for expression in selector.get("matchExpressions", ()):
        if expression["operator"] != "In":
            raise _unknown(f"a selector asks with {expression['operator']}")
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def _known(part: Mapping[str, Any], words: set[str]) -> None:
    if unknown := set(part) - words:
        raise _unknown(f"a NetworkPolicy says {', '.join(sorted(unknown))}")


def _unknown(what: str) -> UserError:
    return UserError(f"{what}, which is not read", where=__name__, fix="teach it there, with a test")
