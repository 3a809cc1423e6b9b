"""References to container images, as manifests, Dockerfiles and steps write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from walkthrough.errors import UserError

#: The registry of an image whose name does not begin with a host.
DEFAULT_REGISTRY = "docker.io"
#: The reader's own registry: what comes from there is built by the reader.
OWN_REGISTRY = "gitea.gitops.test"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

_REFERENCE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.:_/-]*?)(?::(?P<tag>[A-Za-z0-9_][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
#: What brings an image: a container's field, a Dockerfile's first word, a setting, an option of kubectl.
_NAMED = re.compile(
    r"""^[ ]*(?:-[ ]+)?image:[ ]+["']?(?P<field>[\w.:/@-]+)["']?[ ]*$
      | ^FROM[ ]+(?:--platform=\S+[ ]+)?(?P<base>[\w.:/@-]+)
      | ^\w*IMAGE\w*=(?P<setting>[\w.:/@-]+)$
      | [ ]--image=(?P<option>[\w.:/@-]+)""",
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, order=True)
class Reference:
    """An image's full name, registry included, with a tag, a digest or both.

    :param spelled: the name as it was written; a short one stands for the same image.
    """

    name: str
    tag: str = ""
    digest: str = ""
    spelled: str = ""

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference in ``text``.

        :raises UserError: it is none.
        """
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise UserError(f"{text} is no reference to an image", fix="write it as registry/name:tag")
        return cls(full_name(match["name"]), match["tag"] or "", match["digest"] or "", match["name"])

    @property
    def registry(self) -> str:
        """The host, with its port, that the image comes from."""
        return self.name.partition("/")[0]

    @property
    def repository(self) -> str:
        """The name without the registry."""
        return self.name.partition("/")[2]

    @property
    def tagged(self) -> str:
        """The full name with the tag, and nothing more: what a pin is kept under."""
        return f"{self.name}:{self.tag}"

    def at(self, digest: str) -> Reference:
        """The same image by another digest, or by none."""
        return replace(self, digest=digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.spelled or self.name}{tag}" + (f"@{self.digest}" if self.digest else "")


def full_name(name: str) -> str:
    """A name with its registry: ``nginx/nginx`` is ``docker.io/nginx/nginx``."""
    host, slash, _ = name.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        return name
    return f"{DEFAULT_REGISTRY}/{name if slash else f'library/{name}'}"


def spellings(name: str) -> list[str]:
    """Every way in which a manifest may write a full name."""
    found = [name]
    if name.startswith(f"{DEFAULT_REGISTRY}/"):
        found.append(name.removeprefix(f"{DEFAULT_REGISTRY}/"))
    if name.startswith(f"{DEFAULT_REGISTRY}/library/"):
        found.append(name.removeprefix(f"{DEFAULT_REGISTRY}/library/"))
    return found


@dataclass(frozen=True)
class Mention:
    """A place in a text that brings an image."""

    reference: Reference
    start: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """The places in a YAML text, a Dockerfile, a file of settings or a shell script that bring an image.

    The reader's own registry is no upstream: what comes from there the reader has built.
    """
    for match in _NAMED.finditer(text):
        group = match.lastgroup
        assert group is not None
        if _REFERENCE.fullmatch(match[group]):
            reference = Reference.parse(match[group])
            if reference.registry != OWN_REGISTRY:
                yield Mention(reference, *match.span(group))
