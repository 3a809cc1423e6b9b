"""A page stands on those before it: what of them ends its proof, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from walkthrough.proof.record import Proof
from walkthrough.proof.staleness import Standing, State, page_status

from .conftest import SmallGuide
from .test_proof import STARTED, make

PAGES = ("first.md", "prose.md", "second.md", "third.md")
URL = "https://example.test/install.yaml"


def step(id_: str, body: str = "true") -> str:
    return f"```{{.bash .step #{id_}}}\n{body}\n```\n"


def pin(guide: SmallGuide, *, cert: int = 1, drone: int = 1, url: int = 0, image: int = 0) -> None:
    versions = {"cert-manager": cert, "drone": drone}
    rows = (f"{name}: {{version: v{of}}}\n" for name, of in versions.items())
    guide.write("manifests/versions.yaml", "".join(rows))
    guide.write("manifests/upstream.lock", f"{str(url) * 64}  {URL}\n")
    guide.write(
        "manifests/images.lock", f"docker.io/x/y:1:\n  digest: sha256:{str(image) * 64}\n  used: []\n"
    )


@pytest.fixture
def four(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> SmallGuide:
    monkeypatch.setattr("tempfile.tempdir", str(guide.root))
    guide.nav(*PAGES)
    pin(guide)
    guide.page(step("a"), "first.md")
    guide.page("Prose.\n", "prose.md")
    products = "---\nproducts: [cert-manager]\n---\n"
    pinned = f": {URL}\n: --image=docker.io/x/y:1"
    guide.page(f"{products}{step('b', pinned)}", "second.md")
    guide.page(step("c"), "third.md")
    return guide


def stale(guide: SmallGuide, made: Proof, language: str = "nb") -> dict[str, str]:
    """The pages that are not verified any more, and why."""
    found = {}
    standing = Standing(made, guide.project, language)
    for name in guide.project.nav:
        if not guide.project.page_path(name, language).exists():
            continue  # it has no badge
        now = STARTED + timedelta(days=1)
        status = page_status(made, name, language, project=guide.project, now=now, standing=standing)
        if status.state is State.STALE:
            found[name] = status.reason
    return found


BLOCKS = "the page's blocks have changed since"
PINS = "something that the page uses is pinned to another version since"
SECOND = "second.md, which the page stands on, has changed since"
FIRST = "first.md, which the page stands on, has changed since"
ORDER = "the pages before it are others, or in another order, since"


ALONE = f"---\nchain: own\n---\n{step('alone')}"


def after(why: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, why)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda on: on.page(step("a", ":"), "first.md"),
         {"first.md": BLOCKS, **after(FIRST, "second.md", "third.md")}),
        (lambda on: on.page(step("c", ":"), "third.md"), {"third.md": BLOCKS}),
        (lambda on: on.page(step("a") + "\nMore prose.\n", "first.md"), {}),
        (lambda on: on.page("More prose.\n", "prose.md"), {}),
        (lambda on: on.page(step("p"), "prose.md"),
         {"prose.md": BLOCKS, **after(ORDER, "second.md", "third.md")}),
        (lambda on: on.nav("first.md", "second.md", "third.md", "prose.md"), {}),
        (lambda on: on.nav("second.md", "first.md", "third.md"),
         after(ORDER, "second.md", "first.md", "third.md")),
        (lambda on: on.nav("first.md", "third.md", "second.md"), after(ORDER, "third.md", "second.md")),
        (lambda on: on.nav("second.md", "third.md"), after(ORDER, "second.md", "third.md")),
        (lambda on: (on.page(step("n"), "new.md"), on.nav("first.md", "new.md", "second.md", "third.md")),
         after(ORDER, "second.md", "third.md")),
        (lambda on: (on.page(step("n"), "new.md"), on.nav(*PAGES, "new.md")), {}),
        (lambda on: (on.page(ALONE, "alone.md"), on.nav("alone.md", *PAGES)), {}),
        (lambda on: pin(on, cert=2), {"second.md": PINS, "third.md": SECOND}),
        (lambda on: pin(on, drone=2), {}),
        (lambda on: pin(on, url=1), {"second.md": PINS, "third.md": SECOND}),
        (lambda on: pin(on, image=1), {"second.md": PINS, "third.md": SECOND}),
        (lambda on: on.page(f"---\nproducts: [drone]\n---\n{step('c')}", "third.md"), {"third.md": PINS}),
        (lambda on: (on.root / "docs/nb/first.md").unlink(), after(FIRST, "second.md", "third.md")),
        (lambda on: on.page("```bash\nls\n```\n", "first.md"),
         {"first.md": BLOCKS, **after(FIRST, "second.md", "third.md")}),
    ],
)  # fmt: skip
def test_what_ends_the_proof_of_which_page(
    four: SmallGuide, change: Callable[[SmallGuide], object], found: dict[str, str]
) -> None:
    made = make(four)
    assert stale(four, made) == {}
    change(four)
    assert stale(four, made) == found


def test_a_page_alone_stands_and_falls_by_itself(four: SmallGuide) -> None:
    four.page(ALONE, "alone.md")
    four.nav("first.md", "alone.md", *PAGES[1:])
    made = make(four)
    four.page(step("a", ":"), "first.md")
    assert "alone.md" not in stale(four, made)
    four.page(step("a"), "first.md")
    four.page(ALONE.replace("alone}", "alone timeout=90}"), "alone.md")
    assert stale(four, made) == {"alone.md": BLOCKS}


def test_each_language_stands_on_its_own_pages(four: SmallGuide) -> None:
    made = make(four)
    four.page(step("a", ":"), "first.md", languages=["en"])
    assert stale(four, made) == {}
    assert stale(four, made, "en") == {"first.md": BLOCKS, "second.md": FIRST, "third.md": FIRST}


def test_a_run_of_some_pages_says_as_much_about_those_before_them(four: SmallGuide) -> None:
    made = make(four, "first.md", "prose.md", "second.md")
    assert stale(four, made) == {}
    four.page(step("c", ":"), "third.md")
    assert stale(four, made) == {}
    four.page(step("a", ":"), "first.md")
    assert stale(four, made) == {"first.md": BLOCKS, "second.md": FIRST}


def test_where_a_digest_was_seen_is_no_part_of_the_pin(four: SmallGuide) -> None:
    made = make(four)
    lock = four.root / "manifests/images.lock"
    lock.write_text(lock.read_text() + "  date: 2026-11-24\n  registry: docker.io\n")
    assert stale(four, made) == {}


def test_pins_that_cannot_be_read_pin_nothing(four: SmallGuide) -> None:
    made = make(four)
    four.write("manifests/versions.yaml", "{")
    assert stale(four, made) == {"second.md": PINS, "third.md": SECOND}
