"""The world outside the machine: the image mirror, upstream and release files over HTTPS, and names for them.

Who asks an image's own registry over HTTPS is answered from the mirror, by :mod:`guide.sandbox.registries`.

Runs in a network namespace of its own, whose only wire goes to the machine. Nothing in it can reach a real
network, so a step that asks for something that is not pinned fails, and the log says what it asked for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from guide.sandbox import layout, registries
from guide.sandbox.answers import RELEASE_FILES, Answers, Published

#: Where requests for what is not there are written down, one a line.
UNANSWERED = "unanswered.log"

#: GitHub sends who asks for a file of a release to another host: a client must follow.
RELEASE = re.compile(r"https://github\.com(?P<path>/[^/]+/[^/]+/releases/download/.+)")


@dataclass(frozen=True)
class Outside:
    """What answers.

    :param folder: for the servers' own files.
    :param logs: for their logs.
    :param answers: the file of an :class:`Answers`, see :func:`publish`; it may change while they serve.
    :param hosts: the host names of all addresses, see :func:`hosts`.
    :param images: the mirror's storage; a link, that may lead elsewhere while it serves.
    :param known: what there is of each registry, see :func:`guide.sandbox.registries.known`.
    """

    folder: str
    logs: str
    answers: str
    hosts: list[str]
    images: str
    registry: str
    coredns: str
    known: dict[str, registries.Repositories] = field(default_factory=dict)


def corefile(hosts: list[str]) -> str:
    """What CoreDNS answers: the known names are here, and no other name exists."""
    names = "|".join(re.escape(host) for host in hosts) or "nothing"
    return f"""\
. {{
    errors
    log . {{
        class denial error
    }}
    template IN A {{
        match "^({names})[.]$"
        answer "{{{{ .Name }}}} 60 IN A {layout.OUTSIDE_ADDRESS}"
        fallthrough
    }}
    template IN AAAA {{
        match "^({names})[.]$"
        rcode NOERROR
        fallthrough
    }}
    template ANY ANY {{
        rcode NXDOMAIN
    }}
}}
"""


def mirror_configuration(images: str) -> str:
    """The registry's configuration: what is there is served, and nothing can be pushed."""
    return json.dumps(
        {
            "version": "0.1",
            "log": {"level": "warn"},
            "storage": {
                "filesystem": {"rootdirectory": images},
                "maintenance": {"readonly": {"enabled": True}},
            },
            "http": {"addr": layout.MIRROR, "secret": os.urandom(16).hex()},
        }
    )


class Handler(BaseHTTPRequestHandler):
    """Answers for upstream addresses. Made with :func:`functools.partial`."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def __init__(self, outside: Outside, answers: Published, secure: bool, *arguments: Any) -> None:
        self.outside = outside
        self.answers = answers
        self.secure = secure
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send the file, a redirect to where it is, or 404 with the reason."""
        host, path = self.headers.get("Host", "").removesuffix(":443"), self.path.partition("?")[0]
        if not self.secure:
            self._redirect(HTTPStatus.MOVED_PERMANENTLY, f"https://{host}{path}")
            return
        if (answer := self._in_the_name_of(host)) is not None:
            self._answer(answer.status, BytesIO(answer.body), answer.headers)
            return
        url = f"https://{'github.com' if host == RELEASE_FILES else host}{path}"
        answers = self.answers.now()
        file = answers.files.get(url)
        release = RELEASE.fullmatch(url)
        if file is None:
            self._refuse(url, answers)
        elif release and host != RELEASE_FILES:
            self._redirect(HTTPStatus.FOUND, f"https://{RELEASE_FILES}{release['path']}")
        else:
            kind = "application/octet-stream" if release else "text/plain; charset=utf-8"
            with file.open("rb") as body:
                self._answer(HTTPStatus.OK, body, {"Content-Type": kind})

    do_HEAD = do_GET  # noqa: N815, the name is the library's

    def _in_the_name_of(self, host: str) -> registries.Reply | None:
        known = self.outside.known.get(host)
        if known is None:
            return None
        return registries.reply(known, self.command, self.path, self.headers.get("Accept", "*/*"))

    def _redirect(self, status: HTTPStatus, location: str) -> None:
        self._answer(status, BytesIO(), {"Location": location})

    def _refuse(self, url: str, answers: Answers) -> None:
        reason = answers.absent.get(
            url, "it is not pinned in manifests/upstream.lock, and sandbox/downloads.toml does not have it"
        )
        with Path(self.outside.logs, UNANSWERED).open("a") as log:
            log.write(f"{url}: {reason}\n")
        self._answer(
            HTTPStatus.NOT_FOUND, BytesIO(f"{url} cannot be had in the sandbox: {reason}\n".encode())
        )

    def _answer(self, status: HTTPStatus, body: BinaryIO, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(body.seek(0, SEEK_END)))
        self.end_headers()
        if self.command != "HEAD":
            body.seek(0)
            shutil.copyfileobj(body, self.wfile)


class TlsServer(ThreadingHTTPServer):
    """An HTTPS server whose slow or broken clients hold up no other."""

    def __init__(self, address: tuple[str, int], handler: Any, context: ssl.SSLContext) -> None:
        super().__init__(address, handler)
        # The handshake belongs to the thread of the connection, not to the one that accepts.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(path: str) -> None:
    """Serve until killed: says ``ready``, waits for a line, then for its end.

    Ends as soon as one of its servers does, so that whoever started it need watch nothing else.

    :param path: an :class:`Outside` as JSON.
    """
    outside = Outside(**json.loads(Path(path).read_text()))
    folder = Path(outside.folder)
    print("ready", flush=True)
    sys.stdin.readline()
    subprocess.run(
        ["ip", "-batch", "-"],
        input=f"link set lo up\naddr add {layout.OUTSIDE_ADDRESS}/24 dev eth0\nlink set eth0 up\n",
        text=True,
        check=True,
    )
    (folder / "Corefile").write_text(corefile(outside.hosts))
    (folder / "mirror.json").write_text(mirror_configuration(outside.images))
    _start(outside, "mirror", [outside.registry, "serve", str(folder / "mirror.json")])
    _start(outside, "names", [outside.coredns, "-conf", str(folder / "Corefile"), "-dns.port", "53"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "outside.crt", folder / "outside.key")
    answers = Published(Path(outside.answers))
    plain = ThreadingHTTPServer((layout.OUTSIDE_ADDRESS, 80), partial(Handler, outside, answers, False))
    secure = TlsServer((layout.OUTSIDE_ADDRESS, 443), partial(Handler, outside, answers, True), context)
    print("serving", flush=True)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    secure.serve_forever()


def _start(outside: Outside, name: str, argv: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"}
    with Path(outside.logs, f"{name}.log").open("a") as log:
        server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    threading.Thread(target=_end_with, args=(name, server), daemon=True).start()


def _end_with(name: str, server: subprocess.Popen[bytes]) -> None:
    print(f"{name} ended with {server.wait()}", file=sys.stderr, flush=True)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
