"""What is run is what is seen, letter by letter."""

from __future__ import annotations

import pytest

from walkthrough.pages.characters import looks_alike, unseen

from .conftest import SmallGuide

UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202e\u2066\u2069\u061c\u180e\u034f\u3164\uffa0\u2800"
    "\u00a0\u2007\u202f\u3000\u2003\ufe0f\U000e0041\x00\x01\x08\x0b\x1b\x1c\x7f\x85\x9b\u2028\u2029\ue000\r"
)
ALIKE = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0406\u0391\u03bf\u0585\u13aa\uff41\uff04\uff0f\U0001d41a\u2460\u2170\u00b2"
    "\u00aa\u0131\u0251\u0261\u02bc\u2019\u201c\u201d\u2013\u2014\u2212\u2010\u2011\u2215\u2044\uff1a\u2236\u037e"
    "\u01c0\u2223\u05d0\u0627\u0660\u0301\u20dd\u2024\u2217"
)
FINE = "abc æøåÆØÅéüßčž …→✓•—".replace("—", "") + "你好日本🚀°€£«»½×"


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
def test_what_nobody_sees(character: str) -> None:
    assert f"U+{ord(character):04X}" in unseen(f"a{character}b")


@pytest.mark.parametrize("character", ALIKE, ids=ascii)
def test_what_looks_like_something_else(character: str) -> None:
    assert f"U+{ord(character):04X}" in looks_alike(f"a{character}b")


@pytest.mark.parametrize("character", FINE, ids=ascii)
def test_what_is_seen_as_what_it_is(character: str) -> None:
    assert unseen(character) == looks_alike(character) == ""


@pytest.mark.parametrize(
    ("info", "character", "refused"),
    [
        ("{.bash .step #index-b}", "\u200b", True),
        ("{.bash .check #index-b}", "\u0430", True),
        ('{.powershell .skip #index-b reason="x"}', "\u2013", True),
        ("{.text .output}", "\u202e", True),
        ("{.text .output}", "\x1b", True),
        ("{.text .output}", "\u2013", False),  # a program may print a dash
        ("{.bash .step #index-b}", "\f", False),
    ],
)
def test_a_block_names_the_line(guide: SmallGuide, info: str, character: str, refused: bool) -> None:
    guide.write("snippets/b", f"echo 1\necho '{character}'\n")
    page = f'```{{.bash .step #index-a}}\nls\n```\n\n```{info}\n--8<-- "snippets/b"\n```\n'
    if not refused:
        assert guide.blocks(page)
        return
    error = guide.error(page)
    assert f"U+{ord(character):04X}" in error.what
    assert error.where == "docs/nb/index.md:5 (snippets/b:2)"


def test_a_manifest_in_which_something_is_not_seen(guide: SmallGuide) -> None:
    guide.write("manifests/x/a.yaml", "a: 1\nb: '\u00a0'\n")
    error = guide.error('```{.yaml .manifest title="x/a.yaml"}\n--8<-- "manifests/x/a.yaml"\n```\n')
    assert "U+00A0" in error.what
    assert error.where == "docs/nb/index.md:1 (manifests/x/a.yaml:2)"
