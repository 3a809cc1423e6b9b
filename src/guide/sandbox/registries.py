"""Answers in the name of the registries that the images come from, out of the mirror.

Nothing can be pulled by an original's digest there. Yet asked which digest a tag has, it says the
original's, where the guide knows it: a bot writes that into git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection

from guide.pins.lockfile import Pin
from guide.pins.references import Reference
from guide.sandbox import layout

#: The digest of the original of each tag of each repository; empty where the guide does not know it.
Repositories = dict[str, dict[str, str]]

#: Docker Hub's images are asked for under another host than the one in their names.
_ASKED_AS = {"docker.io": "index.docker.io"}
#: What a registry is asked: whether it is one, and of an image its tags, a manifest or a blob.
_ASKED = re.compile(r"/v2/(?:(?P<repository>.+)/(?:tags/list|manifests/(?P<tag>[^/]+)|blobs/[^/]+))?")
#: A registry with a list of its own beside that: who asks it is sent to the common one.
_OWN_LIST = "/api/v1/repository/"
#: How long the mirror, which is beside who asks, may take to answer, seconds.
_ANSWER = 60.0


@dataclass(frozen=True)
class Reply:
    """What is answered over HTTP."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def known(refs: Iterable[str], pins: Iterable[Pin]) -> dict[str, Repositories]:
    """What the registries have, by host.

    :param refs: the images.
    :param pins: what the guide knows of digests.
    """
    digests = {pin.image: pin.digest for pin in pins}
    found: dict[str, Repositories] = {}
    for one in map(Reference.parse, refs):
        host = _ASKED_AS.get(one.registry, one.registry)
        found.setdefault(host, {}).setdefault(one.repository, {})[one.tag] = digests.get(one.tagged, "")
    return found


def reply(repositories: Repositories, method: str, target: str, accept: str) -> Reply | None:
    """What a registry with these repositories answers; nothing where the question is none for it.

    :param target: the path that is asked for, with its query.
    :param accept: the kinds of answer that are taken.
    """
    path = target.partition("?")[0]
    if path.startswith(_OWN_LIST):
        return Reply(HTTPStatus.UNAUTHORIZED)
    asked = _ASKED.fullmatch(path)
    if asked is None or (asked["repository"] and asked["repository"] not in repositories):
        return None
    answer = _ask_the_mirror(method, target, accept)
    if asked["tag"] and method == "HEAD" and answer.status == HTTPStatus.OK:
        digest = repositories[asked["repository"]].get(asked["tag"])
        answer.headers.update({"Docker-Content-Digest": digest} if digest else {})
    return answer


def _ask_the_mirror(method: str, target: str, accept: str) -> Reply:
    mirror = HTTPConnection(layout.MIRROR, timeout=_ANSWER)
    try:
        mirror.request(method, target, headers={"Accept": accept})
        answer = mirror.getresponse()
        passed = ("Content-Type", "Docker-Content-Digest", "Docker-Distribution-Api-Version")
        headers = {name: value for name in passed if (value := answer.getheader(name)) is not None}
        return Reply(HTTPStatus(answer.status), answer.read(), headers)
    finally:
        mirror.close()
