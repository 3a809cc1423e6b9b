"""Folders of a user's own, outside every checkout."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from walkthrough.errors import UserError


def home() -> Path:
    """The user's home: what ``HOME`` says, or what the system knows where that is no path.

    :raises UserError: neither says one.
    """
    if os.environ.get("HOME", "").startswith("/"):
        return _path("HOME", os.environ["HOME"])
    try:
        known = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        known = ""
    if not known.startswith("/"):
        raise UserError(
            "nobody knows where this user's home is",
            where="HOME",
            fix="set HOME to a folder, or both XDG_CACHE_HOME and XDG_STATE_HOME",
        )
    return Path(known)


def cache(name: str) -> Path:
    """What a program may make again: ``$XDG_CACHE_HOME/name``."""
    return _xdg("XDG_CACHE_HOME", ".cache") / name


def state(name: str) -> Path:
    """What a program must find again: ``$XDG_STATE_HOME/name``."""
    return _xdg("XDG_STATE_HOME", ".local/state") / name


def _xdg(variable: str, fallback: str) -> Path:
    value = os.environ.get(variable, "")
    # The XDG specification: a relative path is invalid and must be ignored.
    return _path(variable, value) if value.startswith("/") else home() / fallback


def _path(variable: str, value: str) -> Path:
    """The folder that a variable names: names of what runs are made of it, and those are text.

    :raises UserError: it has bytes that are no text.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UserError(
            f"{variable} is no path in UTF-8: {value[:60]!a}",
            where=f"the variable {variable} of the environment",
            fix="set it to a folder whose path is text",
        ) from None
    return Path(value)


def hand_on_paths_only() -> None:
    """Take what is no path out of the environment: programs make their folders where they are started."""
    for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        if not os.environ.get(variable, "/").startswith("/"):
            del os.environ[variable]
    if not os.environ.get("HOME", "/").startswith("/"):
        try:
            os.environ["HOME"] = str(home())
        except UserError:
            del os.environ["HOME"]  # told by whoever needs it
