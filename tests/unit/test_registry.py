"""What a registry says that a tag means, asked of a small one on this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from guide.pins import registry
from guide.pins.references import Reference
from walkthrough.errors import UserError

DIGEST = f"sha256:{'a' * 64}"
TOKEN = "for-anybody"


class Registry:
    """A registry that asks for a token, as Docker Hub does, and what was asked of it.

    :ivar answers: status and headers by ``name:tag``.
    """

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.challenge = (
            'Bearer realm="{host}/token",service="registry.test",scope="repository:team/tool:pull"'
        )
        self.given: dict[str, object] = {"token": TOKEN}
        self.asked: list[str] = []
        self.accepts = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def image(self, tag: str = "1") -> Reference:
        return Reference.parse(f"{self.host}/team/tool:{tag}")

    def has(self, tag: str, digest: str = DIGEST) -> None:
        self.answers[f"team/tool:{tag}"] = (200, {"Docker-Content-Digest": digest})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(address.query).items()}
                registry.asked.append(f"token {query['scope']} {query.get('service')}")
                self._answer(200, {}, json.dumps(registry.given).encode())

            def do_HEAD(self) -> None:
                registry.accepts = self.headers["Accept"]
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    challenge = registry.challenge.format(host=f"http://{registry.host}")
                    self._answer(401, {"WWW-Authenticate": challenge})
                    return
                name, _, tag = self.path.removeprefix("/v2/").partition("/manifests/")
                registry.asked.append(f"{name}:{tag}")
                self._answer(*registry.answers.get(f"{name}:{tag}", (404, {})))

            def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


@pytest.fixture
def served() -> Iterator[Registry]:
    made = Registry()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def test_a_tag_means_the_digest_that_its_registry_says(served: Registry) -> None:
    served.has("1")
    assert registry.resolve(served.image()) == DIGEST
    assert served.asked == ["token repository:team/tool:pull registry.test", "team/tool:1"]


def test_a_token_that_is_only_depth_is_none(served: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    served.has("1")
    monkeypatch.setattr(json, "dumps", lambda _: "[" * 100_000)
    with pytest.raises(UserError, match="gives no token"):
        registry.resolve(served.image())


def test_the_index_of_all_machines_is_asked_for_first(served: Registry) -> None:
    served.has("1")
    registry.resolve(served.image())
    kinds = served.accepts.split(", ")
    assert kinds[0] == "application/vnd.oci.image.index.v1+json"
    assert "application/vnd.docker.distribution.manifest.list.v2+json" in kinds


def test_a_registry_may_call_the_token_otherwise_and_leave_the_scope_to_us(served: Registry) -> None:
    served.has("1")
    served.given = {"access_token": TOKEN}
    served.challenge = 'Bearer realm="{host}/token"'
    assert registry.resolve(served.image()) == DIGEST
    assert served.asked[0] == "token repository:team/tool:pull None"


def test_a_tag_that_is_not_there(served: Registry) -> None:
    with pytest.raises(UserError, match=r"has no 127\.0\.0\.1:\d+/team/tool:2\n"):
        registry.resolve(served.image("2"))


def test_too_many_questions(served: Registry) -> None:
    served.answers["team/tool:1"] = (429, {"Retry-After": "77"})
    with pytest.raises(UserError, match="answers no more questions") as caught:
        registry.resolve(served.image())
    assert caught.value.fix == "try again in 77 seconds"


@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_is_told_with_its_number(served: Registry, status: int) -> None:
    served.answers["team/tool:1"] = (status, {})
    with pytest.raises(UserError, match=f"answered {status} when asked about"):
        registry.resolve(served.image())


@pytest.mark.parametrize("digest", ["", "sha256:abc", f"sha512:{'a' * 128}"])
def test_what_is_no_digest_is_not_taken_for_one(served: Registry, digest: str) -> None:
    served.has("1", digest)
    with pytest.raises(UserError, match="says no digest"):
        registry.resolve(served.image())


@pytest.mark.parametrize(
    ("challenge", "given", "says"),
    [
        ('Basic realm="{host}/token"', {}, "a login that is not known"),
        ('Bearer realm="file:///etc/passwd"', {}, "a login that is not known"),
        ("Bearer", {}, "a login that is not known"),
        ('Bearer realm="{host}/token"', {"errors": []}, "gives no token"),
        ('Bearer realm="{host}/token"', {"token": "expired"}, "answered 401"),
    ],
)
def test_no_way_in_for_everybody(
    served: Registry, challenge: str, given: dict[str, object], says: str
) -> None:
    served.has("1")
    served.challenge, served.given = challenge, given
    with pytest.raises(UserError, match=says):
        registry.resolve(served.image())


def test_a_registry_that_is_down() -> None:
    # A port that is taken, so that nobody else gets it, and that nobody listens on.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UserError, match=f"{host} cannot be asked about") as caught:
            registry.resolve(Reference.parse(f"{host}/team/tool:1"))
    assert "Connection refused" in caught.value.what
    assert caught.value.fix is not None


def test_docker_hub_is_asked_where_it_serves() -> None:
    assert registry.host_of(Reference.parse("nginx/nginx:1")) == "registry-1.docker.io"
    assert registry.host_of(Reference.parse("quay.io/a/b:1")) == "quay.io"
