"""The site on this machine, with live reload."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

from guide.paths import ROOT
from walkthrough.errors import UserError

HOST = "127.0.0.1"
TRIES = 50


def free_port(first: int) -> int:
    """The first port from ``first`` on that nothing listens on.

    :raises UserError: there is none nearby.
    """
    for port in range(first, min(first + TRIES, 65536)) if first >= 0 else ():
        with socket.socket() as probe:
            # As the server will: a port whose last user has just gone counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise UserError(f"no port from {first} on is free", fix="name another with --port")


def serve(first: int = 8000) -> int:
    """Serve the site until interrupted; the exit code of the server.

    The first build takes seconds before the server takes its port: one that is gone by then is tried over.

    :raises UserError: MkDocs is not to begin with what its file or the environment says.
    """
    from guide.site import reach

    for wrong in reach.refused(ROOT):
        raise wrong
    while True:
        port = free_port(first)
        address = f"http://{HOST}:{port}/"
        print(f"The guide: {address}  in English: {address}en/  (Ctrl-C ends it)", flush=True)
        try:
            code = _run(command(port))
        except KeyboardInterrupt:
            return 0
        if code == 0 or free_port(port) == port:
            return code
        first = port + 1


def command(port: int) -> list[str]:
    """The server's command line; it ends when its standard input does."""
    return [sys.executable, "-m", __name__, str(port)]


def _run(server: list[str]) -> int:
    """Run the server to its end; an interrupt ends it, and waits for that."""
    # However this process ends, the system closes the pipe, which the server watches.
    with subprocess.Popen(server, cwd=ROOT, stdin=subprocess.PIPE) as running:
        try:
            return running.wait()
        finally:
            if running.stdin is not None:
                running.stdin.close()


def _watched(port: int) -> None:
    """Serve, as the child of :func:`serve`, until there is nobody left to serve for."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        # At once: whoever asks for pages has gone, and nothing that this writes is kept.
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    from mkdocs.__main__ import cli

    # --livereload is said out loud: with some releases of click MkDocs' own default comes out as off.
    cli(["serve", "--livereload", "--dev-addr", f"{HOST}:{port}"], prog_name="mkdocs")


if __name__ == "__main__":
    _watched(int(sys.argv[1]))
