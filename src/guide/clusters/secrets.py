"""The values of the cluster's own secrets: what no step may print."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guide.clusters import printed
from guide.clusters.evidence import KUBECTL, TIMEOUT
from walkthrough.machine.command import Result, run
from walkthrough.masking.inside import fields

if TYPE_CHECKING:
    from walkthrough.machine.base import Cluster

#: What a Secret holds besides: who, where, what kind, since when; a certificate, the public half of a key.
_NO_SECRET = re.compile(
    r"(?i)(^|[._-])(username|user|url|project|type|name|namespace|server|insecure|enable\w*|ca\.crt|tls\.crt"
    r"|clientid|client-id|cliclientid|clientids?|host|port|pub|known_hosts|ssh-publickey)$|mtime$|\.crt$|\.pub$"
)
#: Names of what is secret, whatever it looks like.
_SECRET = re.compile(r"(?i)(password|passwd|token|secret|secretkey|key|auth|credentials?)$")
#: A host, an address without a password, a word: the runner has them under names that tell nothing.
_PLAIN = re.compile(r"(\w+://)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[\w./-]*)?|[A-Za-z]+|[\w.+-]+@[\w.-]+")
#: Shorter values stand in texts by chance.
SHORTEST = 12


@dataclass(frozen=True)
class SecretValue:
    """A secret that the cluster holds."""

    namespace: str
    name: str
    key: str
    value: str

    def __str__(self) -> str:
        return f"Secret {self.namespace}/{self.name} {self.key}"


def values(cluster: Cluster) -> list[str]:
    """What the Secrets of all namespaces keep secret now; empty where Kubernetes does not answer.

    :raises UserError: it answers with something else.
    """
    answer = _asked(cluster)
    return [one.value for one in _held(answer)] if answer.code == 0 else []


def held(cluster: Cluster) -> list[SecretValue]:
    """The same, with what it is called.

    :raises UserError: it does not answer, or with something else: nobody knows then what is secret.
    """
    answer = _asked(cluster)
    if answer.code != 0:
        raise answer.error(fix="see that the cluster is up: what is secret is what it says")
    return _held(answer)


def _asked(cluster: Cluster) -> Result:
    return run(
        cluster.argv([*KUBECTL, "get", "secrets", "--all-namespaces", "--output=json"]),
        timeout=TIMEOUT,
        check=False,
    )


def _held(answer: Result) -> list[SecretValue]:
    # The words of the answer are the secrets: none of them is told.
    with printed.as_described(answer):
        return list(dict.fromkeys(_read(printed.listed(answer, "items", tell=False))))


def _read(items: list[dict[str, Any]]) -> Iterator[SecretValue]:
    # Argo CD's way to say where a value is: no secret itself, if there is such a one.
    references = {
        f"${item['metadata']['name']}:{key}"
        for item in items
        if item.get("metadata", {}).get("name")
        for key in item.get("data") or {}
    }
    for item in items:
        named = item.get("metadata", {})
        for key, encoded in (item.get("data") or {}).items():
            if _NO_SECRET.search(key):
                continue
            for value in _inside(base64.b64decode(encoded).decode(errors="replace")):
                plain = not _SECRET.search(key) and _PLAIN.fullmatch(value.strip())
                if len(value) >= SHORTEST and not plain and value not in references:
                    yield SecretValue(named.get("namespace", ""), named.get("name", ""), key, value)


def _inside(value: str) -> Iterator[str]:
    """A value, or the secret fields of a file that it is."""
    found = fields(value)
    yield from [value] if found is None else found
