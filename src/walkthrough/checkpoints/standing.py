"""Beginning behind a checkpoint, and keeping one after each page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from walkthrough import hooks
from walkthrough.checkpoints import keys, store
from walkthrough.checkpoints.store import Checkpoint
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.keeping import Keeping, NotKeptError
from walkthrough.machine.registry import get_cluster
from walkthrough.pages.loading import Page
from walkthrough.progress import Progress, seconds
from walkthrough.project import Project
from walkthrough.proof import provenance

if TYPE_CHECKING:
    from walkthrough.run.chain import Chain
    from walkthrough.run.lifecycle import Lifecycle

_DAY = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Standing:
    """A checkpoint that a run begins at.

    :param pages: those that the run does not run, in reading order.
    """

    checkpoint: Checkpoint
    pages: Sequence[Page]

    @property
    def facts(self) -> dict[str, object]:
        """What a record says of it."""
        one = self.checkpoint
        return {"page": one.page, "key": one.key, "commit": one.commit, "dirty": one.dirty, "day": one.day}

    def begin(self, life: Lifecycle) -> None:
        """Make the cluster of it and take up the shell.

        :raises UserError: it cannot be made of it.
        """
        cluster = life.cluster
        assert isinstance(cluster, Keeping)
        try:
            with store.exclusive(cluster.progress):
                cluster.restore(self.checkpoint.state)
                secrets = self.checkpoint.secrets
        except (OSError, ValueError) as error:
            raise UserError(
                f"{self.checkpoint} cannot be used: {error}",
                where=str(self.checkpoint.folder),
                fix=f"{hooks.program()} checkpoints drop, or begin with nothing: --from nothing",
            ) from error
        cluster.wait_ready()
        life.shell.start(self.checkpoint.shell)
        life.secrecy.masker.add(secrets)
        for page in self.pages:
            for block in page.blocks:
                life.secrecy.declare(block)


def find(
    project: Project, pages: Sequence[str], provider: str, options: Options
) -> tuple[Standing | None, Options]:
    """The last checkpoint before the first of ``pages``; and the options, with what all of the chain needs.

    :param pages: as a person names them.
    :raises UserError: there is no such page.
    """
    cluster = get_cluster(provider, options, Progress())
    chain = project.chain(pages)
    first = min(chain.index(project.page_named(name)) for name in pages)
    if not isinstance(cluster, Keeping) or not store.every():
        return None, options
    read = list(keys.pages_of(project, chain))
    before = [page for page in read if page.name in chain[:first]]
    found = None
    for key in keys.of_pages(before, cluster.fingerprint()).values():
        found = store.find(provider, key) or found
    if found is None or len(read) < len(chain):
        return None, options
    last = chain.index(found.page)
    products = options.products or frozenset().union(*(page.products for page in read))
    return Standing(found, [page for page in read if page.name in chain[: last + 1]]), replace(
        options, products=products
    )


class Keeper:
    """Keeps a checkpoint after each page of a run that holds.

    :param standing: what the run began at.
    """

    def __init__(self, chain: Chain, pages: Sequence[Page], standing: Standing | None) -> None:
        self._chain = chain
        cluster = chain.cluster
        if not isinstance(cluster, Keeping):
            raise UserError(
                f"the state of a cluster of the kind {cluster.provider} cannot be kept",
                where="--checkpoints",
                fix="take the one that can: --cluster sandbox",
            )
        self._cluster = cluster
        before = list(standing.pages) if standing else []
        self._names = [page.name for page in (*before, *pages)]
        self._keys = keys.of_pages([*before, *pages], cluster.fingerprint())
        store.limit()

    def after(self, page: str) -> None:
        """Keep one behind a page that has held, if there is none; say what it cost.

        :raises UserError: the cluster did not come up again.
        """
        chain, life, key = self._chain, self._chain.lifecycle, self._keys.get(page)
        if key is None or any(wrong is not None for wrong in (chain.failures.first, life.broken, life.fault)):
            return
        if store.find(chain.cluster.provider, key) is not None:
            return
        checkout = provenance.checkout(chain.project.root)
        checkpoint = Checkpoint(
            provider=chain.cluster.provider,
            page=page,
            key=key,
            chain=tuple(self._names[: self._names.index(page) + 1]),
            commit=checkout["commit"],
            dirty=checkout["dirty"],
            day=datetime.now(UTC).strftime(_DAY),
            shell=chain.shell.name,
        )
        life.pause()
        began = time.monotonic()
        try:
            with store.keeping(checkpoint, chain.progress) as state:
                self._cluster.save(state)
                took = time.monotonic() - began
                kept = store.describe(checkpoint, state, chain.secrecy.masker.values, took)
        except (NotKeptError, OSError) as error:
            # A disk that is full is no fault of the page.
            chain.progress.line(f"No checkpoint is kept behind {page}: {error}")
            return
        except BaseException:
            # Whatever is left of the cluster is not to be used.
            life.lose(UserError(f"it was being kept behind {page}"))
            raise
        chain.progress.line(
            f"Kept a checkpoint behind {page}: {kept.size / 1e6:.0f} MB, {seconds(kept.seconds)}"
        )
