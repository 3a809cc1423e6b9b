"""The pictures of the platform's own pages: shown in both languages, described, and as large as said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guide import screens
from guide.paths import DOCS

FOLDER = DOCS / "assets" / "screens"
SHOWN = re.compile(
    r"<figure class=\"guide-figure\" markdown>\n"
    r"\[!\[(?P<alt>[^\]]+)\]\(\.\./assets/screens/(?P<name>[\w-]+)\.webp\)"
    r"\{ width=(?P<width>\d+) height=(?P<height>\d+) loading=lazy \}\]"
    # On a phone nobody can read it: it opens in its own size.
    r"\(\.\./assets/screens/(?P=name)\.webp\)\n"
    r"<figcaption>(?P<caption>.+)</figcaption>\n</figure>"
)

#: Bytes; each is fetched only when it comes near.
HEAVIEST = 100_000


def shown(language: str) -> dict[tuple[str, str], re.Match[str]]:
    """The pictures on the pages of one language, by page and name."""
    return {
        (page.name, match["name"]): match
        for page in sorted((DOCS / language).glob("*.md"))
        for match in SHOWN.finditer(page.read_text(encoding="utf-8"))
    }


def size(path: Path) -> tuple[int, int]:
    """Width and height of a WebP picture with loss."""
    data = path.read_bytes()
    start = data.index(b"\x9d\x01\x2a", 12) + 3
    width, height = (int.from_bytes(data[start + at : start + at + 2], "little") & 0x3FFF for at in (0, 2))
    return width, height


def test_every_picture_that_is_taken_is_shown_in_both_languages() -> None:
    assert shown("nb").keys() == shown("en").keys()
    assert {name for _, name in shown("nb")} == set(screens.SCREENS)
    assert {path.stem for path in FOLDER.iterdir()} == set(screens.SCREENS)


def test_no_picture_is_shown_without_its_frame() -> None:
    for page in DOCS.glob("*/*.md"):
        text = page.read_text(encoding="utf-8")
        assert text.count("assets/screens/") == 2 * len(SHOWN.findall(text)), page


@pytest.mark.parametrize(("language", "place"), [("nb", "sandkassen"), ("en", "sandbox")])
def test_a_picture_is_as_large_as_the_page_says_and_says_where_it_was_taken(
    language: str, place: str
) -> None:
    for (_, name), match in shown(language).items():
        assert (int(match["width"]), int(match["height"])) == size(FOLDER / f"{name}.webp")
        assert re.search(rf"{place}, \d+\.? \w+ \d{{4}}", match["caption"])


@pytest.mark.parametrize("name", sorted(screens.SCREENS))
def test_a_picture_is_light(name: str) -> None:
    assert (FOLDER / f"{name}.webp").stat().st_size < HEAVIEST
