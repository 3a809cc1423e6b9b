"""The ways of running pages that every command line offers: their options, and which exclude each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--update", is_flag=True, help="Rewrite the expected outputs from this run, for you to review."
    ),
    click.option("--twice", is_flag=True, help="Run each page's steps and checks once more after it."),
    click.option(
        "--typed",
        type=click.Choice(["bash", "zsh"]),
        help="Paste each step into one interactive shell, as a reader does.",
    ),
    click.option(
        "--interrupted",
        metavar="SEED",
        help="End each step at a moment by chance, then run it whole; SEED makes the same moments.",
    ),
    click.option(
        "--from",
        "begin",
        type=click.Choice(["checkpoint", "nothing"]),
        default="checkpoint",
        show_default=True,
        help="Begin behind the last unchanged page before PAGE that has a checkpoint, or with nothing.",
    ),
    click.option(
        "--checkpoints", is_flag=True, help="Keep a checkpoint behind each page, to begin at later."
    ),
    click.option(
        "--watch",
        is_flag=True,
        help="Run again, from the checkpoint, whenever a page or snippet is saved.",
    ),
)


def options(function: Function) -> Function:
    """Add the options to a command, in their order; :func:`arguments` takes what they give."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def called(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """A run's name, of which folders and files of its own are called.

    :raises click.BadParameter: it is none.
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", name) is None:
        raise click.BadParameter(f"{name[:60]!a} is no name of a run: take letters, digits, - and _")
    return name


def arguments(
    *,
    update: bool,
    twice: bool,
    typed: str | None,
    interrupted: str | None,
    begin: str,
    checkpoints: bool,
    watch: bool,
) -> dict[str, Any]:
    """What :func:`walkthrough.run.verify.run` is to be called with.

    :raises click.UsageError: two of them are runs of their own.
    """
    ways = {"--update": update, "--twice": twice, "--typed": typed, "--interrupted": interrupted is not None}
    if len(chosen := [way for way, given in ways.items() if given]) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} are runs of their own: leave out all but one")
    if checkpoints and chosen:
        raise click.UsageError(f"a run with {chosen[0]} keeps no checkpoints: leave out --checkpoints")
    if watch and update:
        raise click.UsageError("--update writes what --watch waits for: leave out one of them")
    return {
        "update": update,
        "twice": twice,
        "typed": typed,
        "interrupted": interrupted,
        "resume": begin == "checkpoint" and not (twice or typed or interrupted is not None),
        "checkpoints": checkpoints,
        "watch": watch,
    }
