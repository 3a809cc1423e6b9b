"""What a cluster is supplied with comes page by page, and each page waits for its own."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from guide.paths import ROOT
from guide.sandbox import downloads, hierarchies, image_table, images, polite, supply
from guide.sandbox.answers import Answers, Published
from guide.sandbox.supply import ANSWERS, MIRROR, Stock, Supply, stages
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.command import poll
from walkthrough.pages.loading import load_all
from walkthrough.progress import Progress
from walkthrough.project import Project

PAGES = {
    "first": frozenset({"a"}),
    "same": frozenset({"a"}),
    "second": frozenset({"a", "b"}),
    "nothing": frozenset[str](),
    "third": frozenset({"c"}),
}
ALWAYS = Answers({"https://always.test/x": Path("x")}, {})


class Works:
    """Makes stocks, each when it is let."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.may = {name: threading.Event() for name in "abc"}
        self.may["a"].set()
        self.began = {name: threading.Event() for name in "abc"}
        self.broken: Exception | None = None

    def __call__(self, products: frozenset[str], progress: Progress) -> Stock:
        name = max(products)
        self.began[name].set()
        assert self.may[name].wait(30)
        if self.broken is not None:
            raise self.broken
        storage = self.folder / f"images-{name}"
        storage.mkdir()
        absent = {f"https://files.test/{other}": "not yet" for other in "abc" if other not in products}
        return Stock(storage, Answers({f"https://files.test/{one}": Path(one) for one in products}, absent))


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(tmp_path)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def made(works: Works) -> Iterator[Supply]:
    one = Supply(Options(pages=PAGES), Progress(StringIO()), works)
    yield one
    for event in works.may.values():
        event.set()
    one.close()


def waiting(wait: Callable[[], None]) -> tuple[threading.Thread, list[BaseException]]:
    """Somebody who waits, and what they get for it."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            wait()
        except UserError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def there(folder: Path) -> tuple[str, set[str]]:
    answers = Published(folder / ANSWERS).now()
    return (folder / MIRROR).resolve().name, {url.rpartition("/")[2] for url in answers.files}


def told(options: Options) -> list[tuple[set[str], set[str]]]:
    return [(set(pages), set(products)) for pages, products in stages(options)]


def test_a_page_that_needs_nothing_new_begins_no_stage() -> None:
    assert told(Options(pages=PAGES)) == [
        ({"first", "same"}, {"a"}),
        ({"second", "nothing"}, {"a", "b"}),
        ({"third"}, {"a", "b", "c"}),
    ]


def test_without_pages_all_is_made_at_once() -> None:
    assert told(Options(products=frozenset({"a"}))) == [(set(), {"a"})]
    assert told(Options()) == [(set(), set())]
    assert told(Options(pages={"nothing": frozenset()})) == [(set(), set())]


def test_a_cluster_that_outlasts_the_run_has_all_of_it() -> None:
    products = frozenset({"a", "b", "c"})
    assert told(Options(pages=PAGES, products=products, keep=True)) == [(set(), {"a", "b", "c"})]


def test_the_first_page_waits_for_its_own_alone(made: Supply, works: Works, served: Path) -> None:
    answers = made.serve(served, ALWAYS)
    assert set(answers.absent) == {"https://files.test/b", "https://files.test/c"}, "their host is known"
    made.wait_for("first")
    made.wait_for("same")
    assert there(served) == ("images-a", {"a", "x"})
    assert works.began["b"].wait(30), "the next page's are being made"


def test_a_page_waits_until_its_own_are_served(made: Supply, works: Works, served: Path) -> None:
    made.serve(served, ALWAYS)
    thread, raised = waiting(lambda: made.wait_for("second"))
    assert works.began["b"].wait(30)
    assert thread.is_alive()
    works.may["b"].set()
    thread.join(30)
    assert (thread.is_alive(), raised) == (False, [])
    assert there(served) == ("images-b", {"a", "b", "x"})
    made.wait_for("nothing")


def test_a_machine_that_is_started_again_has_what_there_is_by_then(
    made: Supply, works: Works, served: Path
) -> None:
    made.serve(served, ALWAYS)
    works.may["b"].set()
    made.wait_for("second")
    shutil.rmtree(served)
    served.mkdir()
    made.serve(served, ALWAYS)
    assert there(served) == ("images-b", {"a", "b", "x"})


@pytest.mark.parametrize(
    ("error", "words"), [(UserError("no Go"), "no Go"), (OSError("no room"), "cannot be made: OSError")]
)
def test_what_cannot_be_made_is_told_to_the_page_that_needs_it(
    made: Supply, works: Works, served: Path, error: Exception, words: str
) -> None:
    made.serve(served, ALWAYS)
    works.broken = error
    works.may["b"].set()
    thread, raised = waiting(lambda: made.wait_for("third"))
    thread.join(30)
    assert [words in str(each) for each in raised] == [True]
    made.wait_for("first")


def test_what_somebody_waits_for_stands_back_no_more(served: Path, tmp_path: Path) -> None:
    group, stop = tmp_path / "group", threading.Event()
    log = tmp_path / "log"
    script = "cat /proc/self/cgroup > group; while [ ! -e end ]; do sleep 0.05; done"

    def builds(products: frozenset[str], progress: Progress) -> Stock:
        if "b" in products and not stop.is_set():
            with progress.task("Building") as task:
                polite.run(
                    ["sh", "-c", script], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, log=log, task=task
                )
        return Stock(tmp_path, Answers({}, {}))

    one = Supply(Options(pages=PAGES), Progress(StringIO()), builds)
    one.serve(served, ALWAYS)
    try:
        assert poll(lambda: group.is_file() and group.read_text().endswith("\n"), timeout=300, interval=0.05)
        weights = [
            path
            for hierarchy in hierarchies.of_the_processor()
            for path in Path(hierarchy.mountpoint).glob(f"gitops-guide-supply-{os.getpid()}/cpu.[sw]*[st]*")
            if path.name in {"cpu.shares", "cpu.weight"}
        ]
        if not weights:
            pytest.skip("no control group of the processor can be made here")
        back = [int(path.read_text()) for path in weights]
        thread, _ = waiting(lambda: one.wait_for("second"))
        assert poll(
            lambda: all(int(path.read_text()) > 5 * was for path, was in zip(weights, back, strict=True)),
            timeout=30,
            interval=0.05,
        )
        stop.set()
        (tmp_path / "end").touch()
        thread.join(30)
        assert not thread.is_alive()
    finally:
        (tmp_path / "end").touch()
        one.close()


def test_nothing_is_made_for_nobody(served: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def builds(products: frozenset[str], progress: Progress) -> Stock:
        if "b" in products:
            with progress.task("Building") as task:
                polite.run(["sleep", "600"], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, log=log, task=task)
        return Stock(tmp_path, Answers({}, {}))

    one = Supply(Options(pages=PAGES), Progress(StringIO()), builds)
    one.serve(served, ALWAYS)
    one.close()
    assert "supply" not in {thread.name for thread in threading.enumerate()}
    one.close()


def test_every_image_and_download_is_some_pages() -> None:
    """What no page names would be there in a whole run only, and only if all is made already."""
    site = load_all(Project(ROOT))
    named = frozenset().union(*(page.products for page in site.running if page.blocks))
    rows = {str(row.get("product")) for row in image_table.Table().images} - {"None"}
    assert rows | {row.product for row in downloads.table()} <= named


def test_it_makes_images_and_downloads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answers = Answers({"https://files.test/gitea": Path("gitea")}, {})
    wanted = frozenset({"gitea"})
    monkeypatch.setattr(images, "ensure", lambda products, _: tmp_path / ",".join(products))
    monkeypatch.setattr(downloads, "ensure", lambda products, _: answers if products == wanted else None)
    assert supply.make(wanted, Progress(StringIO())) == Stock(tmp_path / "gitea", answers)
