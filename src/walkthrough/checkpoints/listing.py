"""What checkpoints there are, and which of them a run could begin at now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from walkthrough.checkpoints import keys, store
from walkthrough.checkpoints.store import Checkpoint
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.keeping import Keeping
from walkthrough.machine.registry import get_cluster
from walkthrough.progress import Progress
from walkthrough.project import Project


def rows(project: Project) -> Iterator[str]:
    """A line for each checkpoint, the oldest first, and one for all together."""
    kept = store.every()
    good = _good(project, {one.provider for one in kept})
    for one in kept:
        commit = (one.commit or "no commit")[:12] + ("+" if one.dirty else "")
        holds = "holds" if (one.provider, one.key) in good else "something it depends on has changed since"
        yield (
            f"{one.provider:<10}{one.page:<22}{one.day:<22}{commit:<15}"
            f"{one.size / 1e6:>6.0f} MB{one.seconds:>7.1f} s  {holds}"
        )
    if kept:
        total = sum(one.size for one in kept)
        of = f"{total / 1e9:.1f} of {store.limit() / 1e9:.1f} GB"
        yield f"{len(kept)} checkpoints, {of}, in {store.folder()}"


def chosen(project: Project, pages: Sequence[str]) -> list[Checkpoint]:
    """All checkpoints, or those behind the named pages and behind all after these.

    :raises UserError: there is no such page.
    """
    if not pages:
        return store.every()
    first = min(project.nav.index(project.page_named(name)) for name in pages)
    behind = set(project.nav[first:])
    return [one for one in store.every() if behind & set(one.chain)]


def _good(project: Project, providers: set[str]) -> set[tuple[str, str]]:
    good = set()
    read = list(keys.pages_of(project, project.nav)) if providers else []
    for provider in providers:
        try:
            cluster = get_cluster(provider, Options(), Progress())
            fingerprint = cluster.fingerprint() if isinstance(cluster, Keeping) else None
        except UserError:
            continue  # this machine lacks what it is made of
        if fingerprint is not None:
            good |= {(provider, key) for key in keys.of_pages(read, fingerprint).values()}
    return good
