"""What this guide adds to a run: clusters, manifests, pins, secrets (:mod:`walkthrough.hookspec`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from walkthrough.hookspec import Search, hookimpl

if TYPE_CHECKING:
    from walkthrough.errors import UserError
    from walkthrough.machine.base import Answer, Cluster, Replacement
    from walkthrough.masking import Masker
    from walkthrough.pages.loading import Page
    from walkthrough.project import Project
    from walkthrough.proof.record import Tally

# Modules are imported where they are used: most commands need few of them.

_HERE = Path(__file__).parent

#: Kubernetes' alphabet for random names: no vowels, no 0, 1 or 3.
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
#: What floats in an output with ``match=like``: the number in ``resourceVersion: "123"``; a node port
#: (30000-32767) before ``/TCP`` or ``/UDP``; the random ends of names that Kubernetes makes:
#: ``-5d7f97b46d-x2x7k``, ``-5d7f97b46d``, ``-x2x7k``.
FLOATS = {
    "version": r'(?<=resourceVersion: ")\d+|(?<=resourceVersion":")\d+|(?<=resourceVersion": ")\d+',
    "node_port": r"(?<=:)3(?:0\d|1\d|2[0-7])\d{2}(?=/(?:TCP|UDP)\b)",
    "hash": rf"(?<=\w-)(?:[{_SAFE}]{{6,10}}-[{_SAFE}]{{5}}|[{_SAFE}]{{8,10}}|[{_SAFE}]{{5}})(?![\w-])",
}

#: The kinds of clusters, and where each is.
PROVIDERS = {
    "sandbox": "guide.sandbox.provider:Sandbox",
    "microk8s": "guide.clusters.microk8s:MicroK8s",
    "multipass": "guide.clusters.multipass:Multipass",
    "kubeconfig": "guide.clusters.kubeconfig:Kubeconfig",
}

#: What ``when=`` names: ways of having a cluster, that it reaches the internet, that MicroK8s' services are
#: there to be stopped and changed, that the machine is restarted from outside, or has another address since.
TAGS = ("microk8s", "multipass", "wsl", "internet", "services", "restart", "new-address")


def _kubernetes(cluster: Cluster) -> bool:
    """Whether it is a cluster: the harness's own tests run on one that is none."""
    from walkthrough.machine.local import Local

    return not isinstance(cluster, Local)


@hookimpl
def program() -> str:
    return "guide"


@hookimpl
def application() -> str:
    from guide.paths import NAME

    return NAME


@hookimpl
def front_matter() -> Mapping[str, Any]:
    from guide.forms import FORMS

    return FORMS.schema("front matter")


@hookimpl
def commands() -> Path:
    return _HERE / "commands.toml"


@hookimpl
def noticed() -> Path:
    return _HERE / "swallowed.toml"


@hookimpl
def floats() -> Mapping[str, str]:
    return FLOATS


@hookimpl
def providers() -> Sequence[str]:
    return list(PROVIDERS)


@hookimpl
def provider(name: str) -> type[Cluster] | None:
    if name == "local":  # offered to nobody
        from guide.clusters.stand_in import StandIn

        return StandIn
    if name not in PROVIDERS:
        return None
    if name == "sandbox":
        from guide.sandbox import preflight

        preflight.search_usual_folders()
    found: type[Cluster] = resolve_name(PROVIDERS[name])
    return found


@hookimpl
def tags() -> Sequence[str]:
    return TAGS


@hookimpl
def page_pins(project: Project, meta: Mapping[str, Any], bodies: Sequence[str]) -> str:
    from guide.pins import of_page

    return of_page.digest(project, meta.get("products") or (), bodies)


@hookimpl
def page_errors(project: Project, page: Page) -> list[UserError]:
    return [*_unknown_products(project, page), *_not_the_readers(page)]


def _not_the_readers(page: Page) -> Iterator[UserError]:
    """Nothing is run here that the reader does not do, and no password is on the screen."""
    from walkthrough.errors import UserError

    for block in page.blocks:
        if block.setup:
            what = f"{block.name} is set-up that the reader does not see"
            yield UserError(what, where=str(block.where), fix="write it as a step that the reader does")
        if block.shows:
            what = f"{block.name} shows a secret"
            yield UserError(what, where=str(block.where), fix="hand it over without printing it")


def _unknown_products(project: Project, page: Page) -> Iterator[UserError]:
    from guide.pins import versions
    from walkthrough.errors import UserError

    try:
        known = versions.load(project.root)
    except UserError:
        return  # told by whoever reads all files
    for product in sorted(page.products - known.keys()):
        yield UserError(
            f"there is no product {product!r} in {versions.NAME}",
            where=f"{page.path}:1",
            fix=f"choose among {', '.join(known)}",
        )


@hookimpl
def record_errors(project: Project) -> list[UserError]:
    from guide import contracts
    from guide.pins import versions
    from walkthrough.errors import UserError

    found = []
    for read in (contracts.load, versions.load):
        try:
            read(project.root)
        except UserError as error:
            # A guide without one of them needs none.
            if (project.root / str(error.where).partition(":")[0]).exists():
                found.append(error)
    return found


@hookimpl
def python_answer(cluster: Cluster) -> Answer | None:
    from guide.clusters import browser

    return browser.answer(cluster)


@hookimpl
def validate(cluster: Cluster, path: Path) -> list[str]:
    if not _kubernetes(cluster):
        return []
    from guide import manifests

    return manifests.dry_run(cluster, path)


@hookimpl
def secret_values(cluster: Cluster) -> list[str]:
    if not _kubernetes(cluster):
        return []
    from guide.clusters import secrets

    return secrets.values(cluster)


@hookimpl
def search(cluster: Cluster, masker: Masker) -> Search | None:
    if not _kubernetes(cluster):
        return None
    from guide import leaks

    return leaks.Search(cluster, masker)


@hookimpl
def last_page() -> str:
    return "cleanup.md"


@hookimpl
def evidence(cluster: Cluster) -> str:
    from guide.clusters import evidence as kubernetes

    return kubernetes.collect(cluster)


@hookimpl
def tallies(
    project: Project, rows: Sequence[Replacement], passed: Callable[[str], bool]
) -> Sequence[Tally] | None:
    from guide import contracts

    return contracts.tallies(project.root, [row.guide for row in rows], passed)
