"""Finds a provider by its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from walkthrough import hooks
from walkthrough.errors import UserError

if TYPE_CHECKING:
    from walkthrough.machine.base import Cluster, Options
    from walkthrough.progress import Progress

#: Set by the harness's own tests, and by nobody else: a command line takes the stand-in's name only then,
#: for it runs steps on this very machine. A program that calls :func:`walkthrough.run.verify.run` knows what
#: it asks.
FOR_TESTS = "WALKTHROUGH_STAND_IN_FOR_TESTS"
_STAND_IN = "local"


def named(provider: str) -> str:
    """A provider's name as a command line gives it.

    :raises UserError: there is none of that name, or it is one that only tests may have.
    """
    if provider in hooks.providers() or (provider == _STAND_IN and os.environ.get(FOR_TESTS)):
        return provider
    raise _unknown(provider)


def _unknown(provider: str) -> UserError:
    return UserError(
        f"there is no cluster provider {provider!r}", fix=f"choose among {', '.join(hooks.providers())}"
    )


def get_cluster(provider: str, options: Options, progress: Progress) -> Cluster:
    """The provider of that name, not yet created.

    :raises UserError: there is none of that name.
    """
    if provider == _STAND_IN:
        from walkthrough.machine.local import Local

        return Local(options, progress)
    kind = hooks.provider(provider)
    if kind is None:
        raise _unknown(provider)
    return kind(options, progress)
