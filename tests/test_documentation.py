"""What the documentation for developers and docstrings name is there: modules, files, commands, tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from guide.cli import cli
from guide.paths import ROOT
from walkthrough.checkpoints.store import variable

DOCUMENTS = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "sandbox/README.md", "walkthrough/docs/index.md")
    ),
    *sorted((ROOT / "docs-dev").rglob("*.md")),
]
SOURCES = sorted(path for name in ("src", "bench", "tools") for path in (ROOT / name).rglob("*.py"))

_MODULE = re.compile(r"`~?((?:walkthrough|guide|bench)(?:\.\w+)+)(?:\(\))?`")
#: A file of the repository; one with a word in capitals stands for several.
_FILE = re.compile(r"`((?:\.github|bench|docs-dev|proofs|sandbox|src|tests|tools)/[a-z0-9_./-]+\.[a-z]+)`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
_DECISION = re.compile(r"(?:[Dd]ecisions?(?: record)? |decisions/)(0\d{3})\b")
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^guide ([a-z][^`'\n#]*)", re.MULTILINE)
_QUOTED_COMMAND = re.compile(r"[`']guide ([a-z][^`'\n#]*)[`']")
_VARIABLE = re.compile(r"\bGUIDE_[A-Z_]+\b")
_TEST = re.compile(r"`(test_\w+)(?:\.py)?`")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            # A field without a default is no attribute of its class.
            found = getattr(found, part, getattr(found, "__annotations__", {}).get(part))
        return found is not None
    return False


@cache
def decisions() -> set[str]:
    return {path.name[:4] for path in (ROOT / "docs-dev/decisions").glob("*.md")}


@cache
def all_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


@cache
def all_sources() -> str:
    """What reads the environment; that of a variable for tests is a test."""
    # The limit of the checkpoints is put together of the program's name.
    texts = (path.read_text("utf-8") for path in (*SOURCES, ROOT / "tests/unit/test_fuzz.py"))
    return "\n".join((*texts, variable()))


def unknown_options(words: str) -> list[str]:
    """The options in a command line of ``guide`` that its command does not have."""
    command: click.Command = cli
    for word in words.split():
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return [option for option in re.findall(r"(?<![\w-])--[a-z-]+", words) if option not in known]


def unknown_commands(words: str) -> list[str]:
    first = re.match(r"[a-z]+", words)
    return [] if first is None or first[0] in cli.commands else [first[0]]


def broken(path: Path, text: str) -> Iterator[str]:
    """What a document or a module names that is not there."""
    yield from (f"module {name}" for name in _MODULE.findall(text) if not is_there(name))
    yield from (f"file {name}" for name in _FILE.findall(text) if not (ROOT / name).exists())
    yield from (f"decision {number}" for number in _DECISION.findall(text) if number not in decisions())
    if path.suffix == ".md":
        yield from (f"link {name}" for name in _LINK.findall(text) if not (path.parent / name).exists())
        yield from (f"test {name}" for name in _TEST.findall(text) if not _is_test(name))
        yield from (f"variable {name}" for name in _VARIABLE.findall(text) if name not in all_sources())
        shown = [words for block in _FENCE.findall(text) for words in _COMMAND.findall(block)]
        for words in (*shown, *_QUOTED_COMMAND.findall(text)):
            yield from (f"command guide {name}" for name in unknown_commands(words))
            yield from (f"option {option} of guide {words}" for option in unknown_options(words))


def _is_test(name: str) -> bool:
    return any((ROOT / "tests").rglob(f"{name}.py")) or f"def {name}(" in all_tests()


@pytest.mark.parametrize("path", [*DOCUMENTS, *SOURCES], ids=name_of)
def test_what_is_named_is_there(path: Path) -> None:
    assert list(broken(path, path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`walkthrough.run.nowhere`", "module walkthrough.run.nowhere"),
        (":func:`guide.clusters.get_cluster`", "module guide.clusters.get_cluster"),
        ("`src/guide/nowhere.py`", "file src/guide/nowhere.py"),
        ("decision 0999", "decision 0999"),
        ("[it](docs-dev/nowhere.md)", "link docs-dev/nowhere.md"),
        ("`test_nothing_of_the_kind`", "test test_nothing_of_the_kind"),
        ("`GUIDE_UPSTREEM`", "variable GUIDE_UPSTREEM"),
        ("`guide verfy`", "command guide verfy"),
        ("```sh\nguide verfy  # all of it\n```\n", "command guide verfy"),
        ("`guide verify --twize`", "option --twize of guide verify --twize"),
    ],
)
def test_what_is_not_there_is_found(text: str, found: str) -> None:
    assert found in broken(ROOT / "README.md", text)


@pytest.mark.parametrize("path", sorted((ROOT / "docs-dev/decisions").iterdir()), ids=lambda path: path.stem)
def test_a_decision_begins_with_its_number(path: Path) -> None:
    assert path.read_text("utf-8").startswith(f"# {path.name[:4]}: ")


def test_the_ways_out_of_the_sandbox_are_counted_right() -> None:
    tried = (ROOT / "tests/sandbox/ways_out.py").read_text("utf-8").count("\n@way\n")
    assert f"a test tries {tried} known ways out" in (ROOT / "README.md").read_text("utf-8")
