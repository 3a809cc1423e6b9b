"""What a registry says that a tag means: the OCI distribution protocol, as far as a pin needs it."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from guide.pins.references import DEFAULT_REGISTRY, DIGEST, Reference
from walkthrough.errors import UserError

#: A question about one image; a registry that is slower than this is as good as down.
TIMEOUT = 30.0
#: Images for several machines first: their index is what a tag means on all of them.
_KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
#: Where Docker Hub's images are served, whatever they are called.
_SERVED_BY = {DEFAULT_REGISTRY: "registry-1.docker.io"}
_LOOPBACK = ("127.0.0.1", "localhost")
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')

#: Bytes of an answer with a token in it.
_LONGEST = 1 << 20

#: Asks what an image's tag means today.
Resolver = Callable[[Reference], str]


def host_of(image: Reference) -> str:
    """The host to ask about an image, with its port."""
    return _SERVED_BY.get(image.registry, image.registry)


def resolve(image: Reference) -> str:
    """The digest that an image's tag means today.

    :raises UserError: the registry does not know the tag, will not tell, or cannot be reached.
    """
    host = host_of(image)
    scheme = "http" if host.partition(":")[0] in _LOOPBACK else "https"
    url = f"{scheme}://{host}/v2/{image.repository}/manifests/{image.tag}"
    headers = {"Accept": ", ".join(_KINDS)}
    try:
        status, answer = _head(url, headers)
        if status == HTTPStatus.UNAUTHORIZED:
            token = _token(answer.get("WWW-Authenticate", ""), image, secure=scheme == "https")
            status, answer = _head(url, headers | {"Authorization": f"Bearer {token}"})
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise UserError(
            f"the registry {host} cannot be asked about {image.tagged}: {error}",
            fix="see to the network, or try again later; nothing was changed for this image",
        ) from error
    return _digest(image, host, status, answer)


def _digest(image: Reference, host: str, status: int, answer: Message) -> str:
    if status == HTTPStatus.NOT_FOUND:
        raise UserError(
            f"the registry {host} has no {image.tagged}",
            fix="was the tag taken away? Look at what the makers say, and take a version that is there",
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        after = answer.get("Retry-After")
        raise UserError(
            f"the registry {host} answers no more questions for now",
            fix=f"try again in {after} seconds" if after else "try again later",
        )
    if status != HTTPStatus.OK:
        raise UserError(
            f"the registry {host} answered {status} when asked about {image.tagged}",
            fix="is it open to everybody? Try again later",
        )
    digest = answer.get("Docker-Content-Digest", "")
    if not DIGEST.fullmatch(digest):
        raise UserError(
            f"the registry {host} says no digest of {image.tagged}, or none that is SHA-256: {digest!r}",
            fix="look at the image there; nothing was changed for it",
        )
    return digest


def _head(url: str, headers: Mapping[str, str]) -> tuple[int, Message]:
    request = urllib.request.Request(url, headers=dict(headers), method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers


def _token(challenge: str, image: Reference, *, secure: bool) -> str:
    """A token for reading one image that is given to anybody who asks.

    :param challenge: how the registry says where to ask for one.
    :raises ValueError: it says so in a way that is not understood, or gives none.
    """
    kind, _, rest = challenge.partition(" ")
    parameters = dict(_PARAMETER.findall(rest))
    realm = parameters.get("realm", "")
    if kind.lower() != "bearer" or urlsplit(realm).scheme not in ({"https"} if secure else {"http", "https"}):
        raise ValueError(
            f"it asks for a login that is not known here: {challenge or 'it does not say which'}"
        )
    query = {"scope": parameters.get("scope") or f"repository:{image.repository}:pull"}
    if "service" in parameters:
        query["service"] = parameters["service"]
    with urllib.request.urlopen(f"{realm}?{urlencode(query)}", timeout=TIMEOUT) as answer:
        said = answer.read(_LONGEST)
    try:
        given = json.loads(said)
    except RecursionError:
        given = None
    token = given.get("token") or given.get("access_token") if isinstance(given, dict) else None
    if not isinstance(token, str):
        raise ValueError(f"{realm} gives no token")
    return token
