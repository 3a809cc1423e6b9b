"""Secrets that are kept in files: of the reader, and Gitea's own."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from guide.clusters.secrets import SHORTEST

#: The first line of each key in OpenSSH's form without a passphrase: it says only that.
_OPENSSH = "b3BlbnNzaC1rZXktdjE"
_PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
#: In YAML, JSON and the ways in which tools write one line for each value.
_NAMED = re.compile(
    r"(?im)^[\s\"-]*(?P<name>[a-z._/-]*(?:password|token|secret|client-key-data|auth))\"?\s*[:=]\s*\"?(?P<value>[^\s\",]+)"
)
#: An address with the password in it: https://name:password@host.
_ADDRESS = re.compile(r"://[^/\s:@]+:(?P<value>[^/\s@]+)@")


def secrets(places: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What is kept, with a name for each: in files that are made for it."""
    for where, content in places.items():
        text = content.decode(errors="replace")
        if where == "keys of Gitea":
            for line in text.splitlines():
                path, _, value = line.partition("=")
                if len(value) >= SHORTEST:
                    yield f"Gitea's {path.rpartition('/')[2]}", value
        elif _is_made_for_it(where):
            yield from _in_file(where, text)


def parts(value: str) -> Iterator[str]:
    """A value, and each line of one in PEM."""
    lines = [line.strip() for line in value.splitlines()]
    for line in {value.strip(), *lines} if value.startswith("-----") else {value.strip()}:
        if len(line) >= SHORTEST and not line.startswith(_OPENSSH) and not _only_frame(line):
            yield line


def _only_frame(line: str) -> bool:
    return line.startswith("-----") and "\n" not in line


def _is_made_for_it(where: str) -> bool:
    name = where.rpartition("/")[2]
    inside = ("~/.kube/", "~/.ssh/", "~/.config/", "~/.docker/", "~/.netrc", "~/.git-credentials")
    return where.startswith(inside) and not where.startswith("~/.kube/cache/") and not name.endswith(".pub")


def _in_file(where: str, text: str) -> Iterator[tuple[str, str]]:
    for key in _PRIVATE.findall(text):
        yield f"the private key in {where}", key
    for match in _NAMED.finditer(text):
        value = match["value"]
        if match["name"].endswith("client-key-data"):
            try:
                value = base64.b64decode(value, validate=True).decode(errors="replace")
            except binascii.Error:
                continue
        if len(value) >= SHORTEST and "$" not in value:
            yield f"{match['name']} in {where}", value
    for match in _ADDRESS.finditer(text):
        if len(match["value"]) >= SHORTEST and "$" not in match["value"]:
            yield f"the password of an address in {where}", match["value"]
