"""Contracts of what stands in: the table, its tests, what is unread, and the counts in a proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide import contracts
from guide.contracts import listing
from walkthrough.errors import UserError
from walkthrough.pages.loading import load_all
from walkthrough.proof.record import Tally

from .conftest import SmallGuide

HEAD = """\
# A head.
[[original]]
of = "Thing …"
repository = "team/thing"
pin = "product:thing"

[[original.fact]]
"""
TABLE = f"""\
{HEAD}says = "It says hello."
version = "v1.2.3"
file = "main.go"
line = 7
test = "a:stdout"

[[original.fact]]
says = "It listens on 80."
version = "v1.2.3"
file = "main.go"
line = 8
test = "tests/test_thing.py::test_port"

[[original.fact]]
says = "It knows users."
repository = "team/other"
version = "v9"
for = "1.2"
file = "users.go"
line = 3
pin = "image:example.test/thing"
open = "The stand-in has none."
"""
PAGE = (
    "```{.bash .step #a}\necho hei\n```\n\n```{.text .output}\nhei\n```\n\n"
    "```{.bash .step #m when=microk8s}\nx\n```\n\n"
    '```{.bash .skip #s reason="krever mer"}\nx\n```\n'
)


@pytest.fixture
def small(guide: SmallGuide) -> SmallGuide:
    guide.page(PAGE)
    guide.write("manifests/versions.yaml", 'thing: {title: Thing, version: "1.2.3-alpine"}\n')
    guide.write(
        "sandbox/images.toml",
        '[[image]]\nref = "example.test/thing:v1.2"\nguide = "g"\nruns = "r"\nwhy = "w"\n',
    )
    guide.write("sandbox/binaries.toml", '[own]\npackage = "./own"\ntitle = "ours"\nseconds = 1\n')
    guide.write("sandbox/contracts.toml", TABLE)
    guide.write(
        "tests/test_thing.py", "def test_port() -> None: ...\n\n\nclass TestIt:\n    def test_a(self): ...\n"
    )
    guide.write("sandbox/thing_test.go", "func TestThing(t *testing.T) {\n}\n")
    return guide


def errors(small: SmallGuide) -> list[UserError]:
    return contracts.errors(small.root, load_all(small.project))


def change(small: SmallGuide, old: str, new: str, file: str = contracts.NAME) -> None:
    text = (small.root / file).read_text()
    assert old in text
    small.write(file, text.replace(old, new, 1))


def test_facts_know_where_they_stand_and_take_over_what_their_original_has(small: SmallGuide) -> None:
    first, _, third = contracts.load(small.root)
    assert (first.repository, first.pin, first.read_for) == ("team/thing", "product:thing", "v1.2.3")
    assert first.where == "sandbox/contracts.toml:7"
    assert (third.repository, third.pin, third.read_for) == ("team/other", "image:example.test/thing", "1.2")
    assert first.is_about("Thing 1.2.3")
    assert not first.is_about("Another Thing 1.2.3")
    assert errors(small) == []
    assert contracts.unread(small.root) == []


def test_a_checkout_without_a_table_has_no_facts(guide: SmallGuide) -> None:
    assert contracts.load(guide.root) == []
    assert contracts.tallies(guide.root, ["Thing 1"], bool) == [Tally()]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('of = "Thing …"', 'of = "Thing …', 3, "no TOML"),
        ('of = "Thing …"', 'fo = "Thing …"', 2, "'fo' was unexpected"),
        ('repository = "team/thing"', 'repository = "thing"', 4, "OWNER/NAME"),
        ('pin = "product:thing"', 'pin = "thing"', 5, "product:…"),
        ('says = "It says hello."', 'says = "Hello"', 8, "full stop"),
        ("line = 7", "line = 0", 11, "minimum"),
        ('file = "main.go"\n', "", 7, "'file' is a required property"),
        ('test = "a:stdout"\n', "", 7, "lacks the test"),
        ('test = "a:stdout"', 'test = "a:stdout"\nopen = "for no reason"', 7, "both a test and 'open'"),
        ('version = "v1.2.3"', 'version = "v1.2.3"\nfor = "1.3"', 9, "goes with a whole commit"),
        ('says = "It listens on 80."', 'says = "It says hello."', 14, "contracts.toml:7 says the same"),
        ('repository = "team/thing"\n', "", 6, "lacks its repository"),
    ],
)
def test_a_bad_table_is_refused_at_its_line(
    small: SmallGuide, old: str, new: str, line: int, words: str
) -> None:
    change(small, old, new)
    with pytest.raises(UserError) as refused:
        contracts.load(small.root)
    assert words in refused.value.what
    assert refused.value.where == f"sandbox/contracts.toml:{line}"


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("a", None),
        ("tests/test_thing.py::TestIt::test_a", None),
        ("sandbox/thing_test.go::TestThing", None),
        ("b", "runs no block that is called b"),
        # It is for another way of having a cluster, or for nobody.
        ("m", "runs no block that is called m"),
        ("s", "runs no block that is called s"),
        ("tests/test_thing.py::test_other", "has no test test_other"),
        ("tests/test_thing.py::test_port[1]", "has no test"),
        ("sandbox/thing_test.go::TestOther", "has no test TestOther"),
        ("tests/test_gone.py::test_port", "no file tests/test_gone.py"),
    ],
)
def test_a_test_that_is_named_must_be_there(small: SmallGuide, test: str, words: str | None) -> None:
    change(small, "a:stdout", test)
    found = errors(small)
    assert len(found) == (words is not None)
    for error in found:
        assert words is not None
        assert words in error.what
        assert error.where == "sandbox/contracts.toml:7"


def test_a_pin_that_is_named_must_be_there_and_the_table_be_one(small: SmallGuide) -> None:
    change(small, "line = 7", "line = 0")
    assert [error.where for error in errors(small)] == ["sandbox/contracts.toml:11"]
    change(small, "line = 0", "line = 7")
    change(small, 'pin = "product:thing"', 'pin = "program:thing"')
    assert {error.what for error in errors(small)} == {"nothing is pinned as program:thing"}


@pytest.mark.parametrize(
    ("version", "unread"),
    [("1.2.3", False), ("v1.2.3-rootless", False), ("1.2", False), ("1.2.30", True), ("2", True)],
)
def test_a_pin_that_moves_makes_its_facts_unread(small: SmallGuide, version: str, unread: bool) -> None:
    change(small, "1.2.3-alpine", version, "manifests/versions.yaml")
    found = contracts.unread(small.root)
    assert len(found) == unread
    for error in found:
        assert error.what == f"2 facts were read in team/thing at v1.2.3, and {version} is pinned now"
        assert error.where == "sandbox/contracts.toml:7, 14"
        assert "main.go" in str(error.fix)


def test_what_is_read_in_another_repository_belongs_to_the_pin_that_it_names(small: SmallGuide) -> None:
    change(small, "thing:v1.2", "thing:v1.3", "sandbox/images.toml")
    (error,) = contracts.unread(small.root)
    assert error.what == "1 fact was read in team/other at v9, and v1.3 is pinned now"
    change(small, 'pin = "image:example.test/thing"', 'pin = "none"')
    assert contracts.unread(small.root) == []


def test_a_block_holds_a_fact_only_where_it_passed(small: SmallGuide) -> None:
    rows = ["Thing 1.2.3", "Else"]
    assert contracts.tallies(small.root, rows, {"a:stdout"}.__contains__) == [Tally(3, 2, 0), Tally()]
    assert contracts.tallies(small.root, rows, {"a"}.__contains__) == [Tally(3, 1, 0), Tally()]
    change(small, "1.2.3-alpine", "1.3", "manifests/versions.yaml")
    assert contracts.tallies(small.root, rows, {"a"}.__contains__)[0] == Tally(3, 1, 2)


def test_the_list_shows_what_is_to_be_done(small: SmallGuide) -> None:
    assert "It says hello." in listing.show(small.root)
    text = listing.show(small.root, only_open=True)
    assert "no test: The stand-in has none." in text
    assert "It says hello." not in text
    assert text.endswith("3 facts about 1 originals: 2 with a test, 1 without, 0 unread\n")
    change(small, "1.2.3-alpine", "1.3", "manifests/versions.yaml")
    assert "team/thing v1.2.3 main.go:7, and 1.3 is pinned now" in listing.show(small.root, only_unread=True)


def test_a_run_is_not_begun_with_a_table_that_is_wrong(small: SmallGuide) -> None:
    change(small, "line = 7", "line = 0")
    ended = small.run()
    assert ended.code == 4
    assert "sandbox/contracts.toml:11" in ended.out
    assert not (small.root / "build").exists()


def test_the_head_of_the_projects_table_names_every_column() -> None:
    text = (Path(contracts.__file__).parent / "contracts.schema.json").read_text()
    head = (Path(__file__).parents[2] / contracts.NAME).read_text().partition("\n\n")[0]
    for column in ("of", "repository", "pin", "says", "version", "for", "file", "line", "test", "open"):
        assert f'"{column}": {{' in text
        assert f"{column}" in head
