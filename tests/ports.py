"""Ports for tests' own servers."""

from __future__ import annotations

import socket

from guide.serving import HOST


def unused_port() -> int:
    """A port of the kernel's own range that nothing listens on.

    Of the numbers that a person would choose, another test, or another checkout's, takes the same one.
    """
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])
