"""What a cluster's images and answers are made of: what its first page needs first, the rest while it runs.

With an empty cache all of it is a quarter of an hour's work for two cores, and pages mostly wait.
So each page waits for its own products alone; the next pages' are made meanwhile, behind all else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import downloads, images, polite
from guide.sandbox.answers import Answers, publish
from guide.sandbox.background import Background
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.progress import Progress

#: In the folder of what answers outside the machine.
MIRROR, ANSWERS = "images", "answers.json"
#: How long the builds behind the chain may take to end, seconds, when nobody waits for them any more.
ENDING = 60.0


@dataclass(frozen=True)
class Stock:
    """What there is: the mirror's storage, and what is behind addresses."""

    storage: Path
    answers: Answers

    def lay(self, folder: Path, always: Answers) -> None:
        """Let the servers outside the machine, whose folder this is, serve it from now on.

        :param always: what they answer besides.
        """
        new = folder / f".{MIRROR}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(self.storage)
        new.replace(folder / MIRROR)
        publish(self.answers.also(always), folder / ANSWERS)


Make = Callable[[frozenset[str], Progress], Stock]


def make(products: frozenset[str], progress: Progress) -> Stock:
    """Make what ``products`` need and the cache does not have.

    :param products: names of ``manifests/versions.yaml``; empty means everything.
    :raises UserError: something cannot be made.
    """
    return Stock(images.ensure(products, progress), downloads.ensure(products, progress))


def stages(options: Options) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What is needed, page by page: the pages that have all theirs from then on, and all products so far.

    One stage where no page says what it needs, and for a cluster that is to outlast the run: it needs it all.
    """
    found: list[tuple[frozenset[str], frozenset[str]]] = []
    for page, products in () if options.keep else options.pages.items():
        pages, before = found[-1] if found else (frozenset(), frozenset())
        if found and products <= before:
            found[-1] = pages | {page}, before
        # Empty means everything to who makes it: a page that needs nothing waits for nothing.
        elif products:
            found.append((frozenset({page}), before | products))
    return found or [(frozenset(), options.products)]


class Supply:
    """Makes it, stage by stage.

    :param make: see :func:`make`.
    """

    def __init__(self, options: Options, progress: Progress, make: Make = make) -> None:
        self._progress, self._make = progress, make
        self._stages = stages(options)
        self._made: list[Stock] = []
        self._always = Answers({}, {})
        self._folder: Path | None = None
        self._changed = threading.Condition()
        self._failed: UserError | None = None
        self._stop = threading.Event()
        self._background: Background | None = None
        self._thread: threading.Thread | None = None

    def stock(self) -> Stock:
        """What there is by now; what the first page needs is made if need be."""
        if not self._made:
            self._made.append(self._of(0))
        return self._made[-1]

    def serve(self, folder: Path, always: Answers) -> Answers:
        """Lay what there is into the folder of the servers outside, and make the rest meanwhile.

        :param always: what they answer from the start.
        :return: what they answer now. All their hosts are in it: an address that has no file yet is absent.
        """
        with self._changed:
            self._folder, self._always = folder, always
            stock = self.stock()
            stock.lay(folder, always)
            if self._thread is None and len(self._stages) > 1:
                self._thread = threading.Thread(target=self._rest, name="supply", daemon=True)
                self._thread.start()
        return stock.answers.also(always)

    def wait_for(self, page: str) -> None:
        """Return when what a page needs is served.

        :raises UserError: it cannot be made.
        """
        wanted = next((number for number, (pages, _) in enumerate(self._stages) if page in pages), 0)
        if len(self._made) > wanted:
            return
        wanted_now = self._background.wanted() if self._background is not None else nullcontext()
        with self._changed, wanted_now, self._progress.task(f"Waiting for what {page} needs"):
            self._changed.wait_for(lambda: len(self._made) > wanted or self._failed is not None)
            if len(self._made) <= wanted and self._failed is not None:
                raise self._failed

    def close(self) -> None:
        """Make nothing more; what is half made is left out of the cache."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(ENDING)

    def _of(self, stage: int) -> Stock:
        return self._make(self._stages[stage][1], self._progress)

    def _rest(self) -> None:
        try:
            with polite.behind(self._stop, "supply") as self._background:
                for stage in range(1, len(self._stages)):
                    if self._stop.is_set():
                        return
                    made = self._of(stage)
                    with self._changed:
                        if self._folder is not None and self._folder.is_dir():
                            made.lay(self._folder, self._always)
                        # Last: who looks without the lock is to find it served.
                        self._made.append(made)
                        self._changed.notify_all()
        except polite.StoppedError:
            pass
        except Exception as error:
            told = error if isinstance(error, UserError) else UserError(f"it cannot be made: {error!r}")
            with self._changed:
                self._failed = told
                self._changed.notify_all()
