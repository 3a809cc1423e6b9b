"""Finds a provider by its name. Each is imported only when it is asked for."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, cast

from guide.errors import GuideError

if TYPE_CHECKING:
    from guide.clusters.base import Cluster, Options
    from guide.progress import Progress

#: What the command line offers.
PROVIDERS = {
    "sandbox": "guide.sandbox.provider:Sandbox",
    "microk8s": "guide.clusters.microk8s:MicroK8s",
    "multipass": "guide.clusters.multipass:Multipass",
    "kubeconfig": "guide.clusters.kubeconfig:Kubeconfig",
}

#: Set by the harness's own tests, and by nobody else: a command line takes the stand-ins' names only then,
#: for they run steps on this very machine. A program that calls :func:`guide.verify.run` knows what it asks.
FOR_TESTS = "GUIDE_STAND_INS_FOR_TESTS"
_STAND_INS = {"local": "guide.clusters.local:Local"}


def named(provider: str) -> str:
    """A provider's name as a command line gives it.

    :raises GuideError: there is none of that name, or it is one that only tests may have.
    """
    if provider in PROVIDERS or (provider in _STAND_INS and os.environ.get(FOR_TESTS)):
        return provider
    raise _unknown(provider)


def _unknown(provider: str) -> GuideError:
    return GuideError(
        f"there is no cluster provider {provider!r}", fix=f"choose among {', '.join(PROVIDERS)}"
    )


def get_cluster(provider: str, options: Options, progress: Progress) -> Cluster:
    """The provider of that name, not yet created.

    :raises GuideError: there is none of that name.
    """
    path = (PROVIDERS | _STAND_INS).get(provider)
    if path is None:
        raise _unknown(provider)
    module, _, name = path.partition(":")
    if provider == "sandbox":
        import_module("guide.sandbox.preflight").search_usual_folders()
    return cast("Cluster", getattr(import_module(module), name)(options, progress))
