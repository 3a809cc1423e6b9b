"""The site on this machine, with live reload."""

from __future__ import annotations

import socket
import subprocess
import sys

from guide.errors import GuideError
from guide.paths import ROOT

HOST = "127.0.0.1"
TRIES = 50


def free_port(first: int) -> int:
    """The first port from ``first`` on that nothing listens on.

    :raises GuideError: there is none nearby.
    """
    for port in range(first, min(first + TRIES, 65536)):
        with socket.socket() as probe:
            # As the server will: a port whose last user has just gone counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise GuideError(f"no port from {first} on is free", fix="name another with --port")


def serve(first: int = 8000) -> int:
    """Serve the site until interrupted; the exit code of the server.

    The first build takes seconds before the server takes its port: one that is gone by then is tried over.
    """
    while True:
        port = free_port(first)
        address = f"http://{HOST}:{port}/"
        print(f"The guide: {address}  in English: {address}en/  (Ctrl-C ends it)", flush=True)
        try:
            code = subprocess.run(command(port), cwd=ROOT).returncode
        except KeyboardInterrupt:
            return 0
        if code == 0 or free_port(port) == port:
            return code
        first = port + 1


def command(port: int) -> list[str]:
    """The server's command line."""
    # --livereload is said out loud: with some releases of click MkDocs' own default comes out as off.
    return [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", f"{HOST}:{port}"]
