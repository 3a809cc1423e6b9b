"""Finds a provider by its name."""

from __future__ import annotations

import os
from collections.abc import Sequence
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


def named(provider: str, machines: Sequence[str] = ()) -> str:
    """A provider's name as a command line gives it.

    :param machines: what the site's author says that its pages may be run on.
    :raises UserError: there is none of that name, or it is one that only tests may have.
    """
    if provider in (*hooks.providers(), *machines) or (provider == _HERE and os.environ.get(FOR_TESTS)):
        return provider
    raise _unknown(provider, machines)


def _unknown(provider: str, machines: Sequence[str] = ()) -> UserError:
    known = ", ".join(dict.fromkeys((*machines, *hooks.providers())))
    fix = f"choose among {known}" if known else "name machines under extra: walkthrough: machines"
    return UserError(f"there is no cluster provider {provider!r}", fix=fix)


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
