"""Who asks an image's own registry outside the machine is answered from the mirror."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from guide.pins.lockfile import Pin
from guide.sandbox import image_table, layout, registries
from guide.sandbox.answers import Answers, Published, publish
from guide.sandbox.outside import UNANSWERED, Handler, Outside

ORIGINAL, STAND_IN = "sha256:" + "1" * 64, "sha256:" + "2" * 64
KNOWN = {
    "one.test": {"team/tool": {"1.0": ORIGINAL, "0.9": ""}},
    "two.test": {"tool": {"1": ""}},
}


class Mirror(BaseHTTPRequestHandler):
    """A registry that has everything, by the digest of its own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({"asked": self.path}).encode()
        self.send_response(404 if "@" in self.path or self.path.endswith("none") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Docker-Content-Digest", STAND_IN)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815, the name is the library's

    def log_message(self, *_: object) -> None:
        pass


def serving(handler: object) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is outside the machine, without its TLS."""
    mirror = serving(Mirror)
    monkeypatch.setattr(layout, "MIRROR", f"127.0.0.1:{mirror.server_port}")
    publish(Answers({}, {}), tmp_path / "answers.json")
    outside = Outside(str(tmp_path), str(tmp_path), str(tmp_path / "answers.json"), [], "", "", "", KNOWN)
    server = serving(partial(Handler, outside, Published(Path(outside.answers)), True))
    yield server.server_port
    for one in (server, mirror):
        one.shutdown()
        one.server_close()


def ask(port: int, host: str, path: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("path", ["/v2/", "/v2/team/tool/tags/list?n=10", "/v2/team/tool/manifests/1.0"])
def test_a_registry_is_asked_as_every_registry(port: int, path: str) -> None:
    answer, body = ask(port, "one.test", path)
    assert (answer.status, json.loads(body)) == (200, {"asked": path})
    assert answer.getheader("Content-Type") == "application/json"


def test_the_digest_of_a_tag_is_the_originals_where_it_is_known(port: int) -> None:
    digests = {
        tag: ask(port, "one.test", f"/v2/team/tool/manifests/{tag}", "HEAD")[0].getheader(
            "Docker-Content-Digest"
        )
        for tag in ("1.0", "0.9")
    }
    assert digests == {"1.0": ORIGINAL, "0.9": STAND_IN}
    # Who fetches it gets the stand-in, and by the digest that this has.
    fetched, _ = ask(port, "one.test", "/v2/team/tool/manifests/1.0")
    assert fetched.getheader("Docker-Content-Digest") == STAND_IN


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("one.test", "/v2/tool/tags/list"),
        ("two.test", "/v2/team/tool/tags/list"),
        ("two.test", "/v2/tool/uploads/x"),
        ("three.test", "/v2/tool/tags/list"),
    ],
)
def test_a_registry_has_what_its_images_name_and_nothing_else(
    port: int, host: str, path: str, tmp_path: Path
) -> None:
    assert ask(port, host, path)[0].status == 404
    assert f"https://{host}{path}" in (tmp_path / UNANSWERED).read_text()


def test_what_the_mirror_does_not_have_is_not_there(port: int) -> None:
    assert ask(port, "two.test", "/v2/tool/manifests/none", "HEAD")[0].status == 404


def test_a_list_of_a_registrys_own_sends_to_the_common_one(port: int) -> None:
    assert ask(port, "one.test", "/api/v1/repository/team/tool/tag/?limit=100")[0].status == 401


def test_docker_hub_is_asked_under_the_host_that_clients_ask() -> None:
    pin = Pin("docker.gitea.com/gitea:1.27.3-rootless", digest=ORIGINAL)
    known = registries.known((row["ref"] for row in image_table.Table().images), [pin])
    assert known["docker.gitea.com"]["gitea"]["1.27.3-rootless"] == ORIGINAL
    assert known["docker.gitea.com"]["gitea"]["1.27.2-rootless"] == ""
    assert "renovate/renovate" in known["index.docker.io"]
    assert "docker.io" not in known
