"""Finds a provider by its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from walkthrough import hooks
from walkthrough.errors import UserError

if TYPE_CHECKING:
    from walkthrough.machine.base import Cluster, Options
    from walkthrough.progress import Progress

#: Set by the harness's own tests, and by nobody else: a plugin's command line takes this machine's name only
#: then, for steps run on it. :func:`walkthrough.run.verify.run` is for programs, which know what they ask.
FOR_TESTS = "WALKTHROUGH_STAND_IN_FOR_TESTS"
_HERE = "local"


def named(provider: str) -> str:
    """A provider's name as a command line gives it.

    :raises UserError: there is none of that name, or it is one that only tests may have.
    """
    if provider in hooks.providers() or (provider == _HERE and os.environ.get(FOR_TESTS)):
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
    kind = hooks.provider(provider)
    if kind is None and provider == _HERE:
        from walkthrough.machine.local import Local

        kind = Local
    if kind is None:
        raise _unknown(provider)
    return kind(options, progress)
