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
    """Serve the site until interrupted; the exit code of the server."""
    port = free_port(first)
    print(
        f"The guide: http://{HOST}:{port}/  in English: http://{HOST}:{port}/en/  (Ctrl-C ends it)",
        flush=True,
    )
    # --livereload is said out loud: with some releases of click MkDocs' own default comes out as off.
    # A page that is being written may have mistakes: they are told, and stop strict builds only.
    options = ["--livereload", "--no-strict", "--dev-addr", f"{HOST}:{port}"]
    command = [sys.executable, "-m", "mkdocs", "serve", *options]
    try:
        return subprocess.run(command, cwd=ROOT).returncode
    except KeyboardInterrupt:
        return 0
