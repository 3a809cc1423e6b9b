"""Whether the test that a fact names is there. Nothing is run, and nothing imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from guide.contracts.table import Fact
from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.text import name_of

_SEPARATOR = "::"


def is_block(fact: Fact) -> bool:
    """Whether a block of a page holds it; a function of a test file otherwise."""
    return bool(fact.test) and _SEPARATOR not in fact.test


def missing(fact: Fact, root: Path, blocks: Collection[str]) -> UserError | None:
    """What is wrong with the test that a fact names; nothing where it names none.

    :param blocks: the names of all blocks that can hold something.
    """
    if not fact.test:
        return None
    if is_block(fact):
        if fact.test in blocks:
            return None
        what = f"the sandbox runs no block that is called {fact.test}"
        fix = "name a step, a check or the output of one (ID:stdout), or a test as FILE::NAME"
        return UserError(what, where=fact.where, fix=fix)
    file, _, name = fact.test.partition(_SEPARATOR)
    path = root / file
    if harmless.leads_out(path, root) or not harmless.is_file(path):
        return UserError(f"there is no file {file}", where=fact.where, fix="name the test where it is now")
    try:
        if name in tests_of(path):
            return None
    except UserError as error:
        return error
    return UserError(
        f"{file} has no test {name}", where=fact.where, fix="name the test as it is called now, without […]"
    )


@lru_cache(maxsize=128)
def tests_of(path: Path) -> frozenset[str]:
    """The tests in a file of Python or Go, as their runners name them."""
    text = read_text(path)
    if path.name.endswith("_test.go"):
        return frozenset(re.findall(r"^func (Test\w+)\(\w+ \*testing\.T\)", text, re.MULTILINE))
    if path.suffix != ".py" or not path.name.startswith("test_"):
        return frozenset()
    found = set()
    try:
        tree = ast.parse(text, str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        what = f"this is no Python: {getattr(error, 'msg', None) or 'it nests too deep to be read'}"
        raise UserError(what, where=f"{name_of(path)}{line}", fix="correct it, or take it back") from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))
