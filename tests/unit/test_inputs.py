"""The one reader of files: a file is read, or a person is told what is wrong, where, and what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from guide import contracts, terms, upstream
from guide.forms import FORMS
from guide.paths import ROOT
from guide.pins import lockfile, versions
from guide.sandbox import binaries, downloads, image_table, repositories
from guide.site import norwegian, pictures
from walkthrough import config
from walkthrough.errors import UserError
from walkthrough.inputs import Data, parse_yaml, read_json, read_text, read_toml, read_yaml, schema
from walkthrough.inputs.frontmatter import split
from walkthrough.inputs.text import LIMIT
from walkthrough.pages import extensions
from walkthrough.project import Project
from walkthrough.proof.storage import read as read_proof

from .conftest import SmallGuide

READERS: dict[str, Callable[[Path], Any]] = {
    "text": read_text,
    "yaml": read_yaml,
    "toml": read_toml,
    "json": read_json,
}
#: What no file of any kind may be: its bytes, what is said, and the line.
NO_TEXT: dict[str, tuple[bytes, str, str]] = {
    "not UTF-8": (b"a: 1\nb: \xff\n", "not UTF-8: the byte 0xff", ":2"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "not UTF-8", ":1"),
    "cut in a letter": ("a: å".encode()[:-1], "not UTF-8", ":1"),
    "NUL": (b"a: 1\n\nb: \0\n", "NUL", ":3"),
}
DEEP = 5_000
YAML: dict[str, tuple[str, str, int]] = {
    "a bracket is open": ("a: 1\nb: [1\n", "not YAML", 2),
    "deep in brackets": ("[" * DEEP + "]" * DEEP, "too deep", 1),
    "deep without an end": ("{a: " * DEEP, "too deep", 1),
    "deep in dashes": ("a: 1\nb:\n" + "- " * DEEP + "a\n", "too deep", 3),
    "a key twice": ("a: 1\nb: 2\na: 3\n", "a stands twice", 3),
    "a list as a key": ("? [a]\n: b\n", "not a plain word", 1),
    "merged": ("a: &x {b: 1}\nc:\n  <<: *x\n", "not a plain word", 3),
    "no date": ("a: 1\nb: 2026-13-45\n", "2026-13-45 is no date", 2),
    "no date in a list": ("- 2026-02-30\n", "no date", 1),
    "no number": ("a: .nan\n", "no number", 1),
    "no end of a number": ("a:\n  - -.inf\n", "no number", 2),
    "a number too large": ("a: 1.0e+999\n", "no number", 1),
    "digits without end": (f"a: {'9' * 9_999}\n", "not what it looks like", 1),
    "a tag that makes something": ("a: !!python/object/apply:os.system [x]\n", "the tag", 1),
    "a tag that lies": ("a: !!int x\n", "not what it looks like", 1),
    "a date that lies": ("a: !!timestamp x\n", "not what it looks like", 1),
    "bytes": ("a: 1\nb: !!binary aGk=\n", "the tag tag:yaml.org,2002:binary", 2),
    "a date by a tag": ("- !!timestamp 2026-11-23\n", "the tag tag:yaml.org,2002:timestamp", 1),
    "a key of bytes": ("!!binary aGk=: 1\n", "the tag tag:yaml.org,2002:binary", 1),
    "a part of itself": ("a: &x [*x]\n", "part of itself", 1),
    "laughs": (
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
        "more than",
        7,
    ),
    "half a character": ('a: "\\ud800"\n', "not YAML", 1),
    "a second document": ("a: 1\n---\nb: 2\n", "second document", 3),
    "a bell": ("a: 1\nb: \x07\n", "not YAML", 0),
}
JSON: dict[str, tuple[str, str]] = {
    "empty": ("", "no JSON"),
    "cut": ('{"a": [1,', "no JSON"),
    "deep": ("[" * 100_000 + "]" * 100_000, "too deep"),
    "NaN": ('{"a": NaN}', "NaN is no number"),
    "infinite": ('{"a": -Infinity}', "no number"),
    "too large": ('{"a": [1e999]}', "no number"),
    "digits without end": (f'{{"a": {"9" * 9_999}}}', "no JSON"),
    "a key twice": ('{"a": 1, "a": 2}', "'a' stands twice"),
    "half a character": ('{"a": "\\ud800"}', "half a character"),
}
TOML: dict[str, tuple[str, str]] = {
    "cut": ("a = [1,\n", "no TOML"),
    "deep": ("a = " + "[" * 100_000, "too deep"),
    "nan": ("a = nan\n", "no number"),
    "infinite": ("[b]\na = [1.0, inf]\n", "no number"),
    "a key twice": ("a = 1\na = 2\n", "no TOML"),
    "no date": ("a = 2026-13-45\n", "no TOML"),
    "digits without end": (f"a = {'9' * 9_999}\n", "no TOML"),
}


def told(read: Callable[[], Any]) -> UserError:
    """The error, which says all three things."""
    with pytest.raises(UserError) as error:
        read()
    assert error.value.what
    assert error.value.where
    assert error.value.fix
    return error.value


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("what", NO_TEXT)
def test_what_is_no_text(tmp_path: Path, kind: str, what: str) -> None:
    content, said, line = NO_TEXT[what]
    path = tmp_path / "file"
    path.write_bytes(content)
    error = told(lambda: READERS[kind](path))
    assert said in error.what
    assert str(error.where) == f"{path}{line}"


@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to("nowhere")
    for name in ("absent", "folder", "pipe", "nowhere", "a" * 300, "folder/absent/absent"):
        told(partial(READERS[kind], tmp_path / name))


def test_what_has_no_end() -> None:
    told(lambda: read_text(Path("/dev/zero")))


def test_what_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.truncate(LIMIT + 1)
    assert "MiB" in told(lambda: read_text(path)).what


@pytest.mark.parametrize("what", YAML)
def test_yaml_that_is_none(what: str) -> None:
    text, said, line = YAML[what]
    error = told(lambda: parse_yaml(text, "a.yaml"))
    assert said in error.what
    assert str(error.where) == (f"a.yaml:{line}" if line else "a.yaml")


@pytest.mark.parametrize("what", JSON)
def test_json_that_is_none(tmp_path: Path, what: str) -> None:
    path = tmp_path / "file"
    path.write_text(JSON[what][0])
    assert JSON[what][1] in told(lambda: read_json(path)).what


@pytest.mark.parametrize("what", TOML)
def test_toml_that_is_none(tmp_path: Path, what: str) -> None:
    path = tmp_path / "file"
    path.write_text(TOML[what][0])
    assert TOML[what][1] in told(lambda: read_toml(path)).what


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system [touch ran]", "!!python/name:os.system", "!!python/module:antigravity"],
)
def test_reading_the_sites_file_runs_nothing(guide: SmallGuide, tag: str) -> None:
    guide.nav("index.md", more=f"markdown_extensions:\n  - toc:\n      x: {tag}\n")
    error = told(lambda: extensions.of(guide.root))
    assert "the tag" in error.what
    assert error.where == "mkdocs.yml:4"
    assert not list(guide.root.rglob("ran"))


def test_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("\ufeffa: &x [æ, 2026-11-23, 1.5]\r\nb: *x\n".encode())
    data = read_yaml(path)
    assert data.value == {"a": ["æ", "2026-11-23", 1.5], "b": ["æ", "2026-11-23", 1.5]}
    assert data.where(["b"]) == f"{path}:2"


def _held(data: Data, kind: str) -> None:
    """Hold it against all forms of its kind: a page's front matter has one of this guide's besides."""
    kinds = [forms for forms in (schema._OWN, FORMS) if kind in forms.kinds]
    assert kinds
    for forms in kinds:
        forms.held(data, kind)


def test_every_form_is_a_schema() -> None:
    for forms in (FORMS, schema._OWN):
        assert forms.kinds
        for kind in forms.kinds:
            Draft202012Validator.check_schema(forms.schema(kind))


WRONG: dict[str, tuple[str, str, str]] = {
    "a list of versions": ("versions", "- a\n", "a.yaml:1"),
    "a version as a number": ("versions", "a: {version: '1'}\nb: {version: 1.36}\n", "a.yaml:2"),
    "a product of nothing": ("versions", "a:\n", "a.yaml:1"),
    "no versions": ("versions", "", "a.yaml"),
    "terms as a mapping": ("terms", "a: b\n", "a.yaml:1"),
    "a term of one language": ("terms", "- {id: a, nb: a, en: a}\n- {id: b, nb: b}\n", "a.yaml:2"),
    "a form that is a text": ("terms", "- {id: a, nb: a, en: a, forms: {nb: a}}\n", "a.yaml:1"),
    "a term of a number": ("terms", "- {id: a, nb: 5, en: a}\n", "a.yaml:1"),
    "products of a number": ("front matter", "products: 5\n", "a.yaml:1"),
    "products of a mapping": ("front matter", "title: a\nproducts: {a: b}\n", "a.yaml:2"),
    "terms of a word": ("front matter", "terms: maybe\n", "a.yaml:1"),
    "a title of a list": ("front matter", "title: [a]\n", "a.yaml:1"),
    "a nav of numbers": ("mkdocs", "site_name: a\nnav: [5]\n", "a.yaml:2"),
    "a nav that leads out": ("mkdocs", "nav: [../../x.md]\n", "a.yaml:1"),
    "a nav from the root": ("mkdocs", "nav:\n  - a.md\n  - B: /etc/x.md\n", "a.yaml:3"),
    "extensions as a text": ("mkdocs", "markdown_extensions: admonition\n", "a.yaml:1"),
    "options as a text": ("mkdocs", "markdown_extensions: [{pymdownx.snippets: yes}]\n", "a.yaml:1"),
    "other docs": ("mkdocs", "docs_dir: /etc\n", "a.yaml:1"),
    "options of a plugin as a list": ("mkdocs", "plugins: [{search: [a]}]\n", "a.yaml:1"),
    "options of a plugin as a text": ("mkdocs", "plugins: {search: x}\n", "a.yaml:1"),
    "a plugin of a number": ("mkdocs", "plugins: [search, 5]\n", "a.yaml:1"),
    "hooks of a number": ("mkdocs", "hooks: 5\n", "a.yaml:1"),
    "hooks of a mapping": ("mkdocs", "site_name: a\nhooks: {a: b}\n", "a.yaml:2"),
    "a path to watch that is none": ("mkdocs", "watch: [[a]]\n", "a.yaml:1"),
    "templates of a text": ("mkdocs", "extra_templates: a.html\n", "a.yaml:1"),
    "a theme of a list": ("mkdocs", "theme: [material]\n", "a.yaml:1"),
    "a theme of no name": ("mkdocs", "theme:\n  name: [material]\n", "a.yaml:2"),
    "templates in a list": ("mkdocs", "theme: {name: material, custom_dir: [a]}\n", "a.yaml:1"),
    "a picture of an unknown kind": ("picture", "kind: film\n", "a.yaml:1"),
    "a picture of nothing": ("picture", "", "a.yaml"),
    "policies that lead out": ("ways", "kind: ways\npolicies: ../../etc\n", "a.yaml:1"),
    "a map without end": (
        "map",
        "kind: map\ntitle: a\ndescription: a\nedges: []\nnodes:\n  a: {name: a, at: [999999999, 0]}\n",
        "a.yaml:6",
    ),
    "a place of no reason": ("allowed", "place:\n  - {secret: a, where: b}\n", "a.yaml:2"),
    "commands of a text": ("commands", "verifies: test\n", "a.yaml:1"),
    "programs of a list": ("binaries", "a: []\n", "a.yaml:1"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_has_not_its_form(what: str) -> None:
    kind, text, where = WRONG[what]
    error = told(lambda: _held(parse_yaml(text, "a.yaml"), kind))
    assert str(error.where).startswith(where)
    assert len(error.what) < 400


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a\n", 1),
        ("---\ntitle: a\nproducts: 5\n---\n", 3),
        ("---\n- a\n---\n", 2),
        ("---\na: [\n---\n", 2),
        ("---\ndate: 2026-13-45\n---\n", 2),
        (f"---\na: {'[' * DEEP}\n---\n", 2),
    ],
)
def test_front_matter_that_is_none(text: str, line: int) -> None:
    assert told(lambda: split(text, "a.md")).where == f"a.md:{line}"


def test_front_matter_is_blanked_line_for_line() -> None:
    body, meta = split("---\ntitle: a\n---\n# A\n", "a.md")
    assert body == "\n\n\n# A\n"
    assert meta is not None
    assert meta.value == {"title": "a"}
    assert split("# A\n", "a.md") == ("# A\n", None)


#: Every file that people write, where it is, and who reads it.
FILES: dict[str, Callable[[Path], Any]] = {
    "mkdocs.yml": lambda root: Project(root).nav,
    "manifests/versions.yaml": versions.load,
    "manifests/images.lock": lambda root: lockfile.load(root / lockfile.NAME),
    "manifests/upstream.lock": lambda root: upstream.lock(root / "manifests/upstream.lock"),
    "docs-dev/terms.yaml": terms.load,
    "pictures/build.yaml": lambda root: pictures.picture("build", root, "nb"),
    "pictures/overview.yaml": lambda root: pictures.picture("overview", root, "en"),
    "pictures/ways.yaml": lambda root: pictures.picture("ways", root, "en"),
    "sandbox/contracts.toml": contracts.load,
    "sandbox/binaries.toml": lambda root: binaries.recipes(root / "sandbox"),
    "sandbox/images.toml": lambda root: image_table.Table(root / "sandbox"),
    "sandbox/downloads.toml": lambda root: downloads.table(root / "sandbox"),
    "sandbox/repositories.toml": lambda root: repositories.table(root / "sandbox"),
    "build/proof/sandbox.json": lambda root: read_proof(root / "build/proof/sandbox.json"),
}
BROKEN: dict[str, bytes] = {
    "not UTF-8": b"a = 1\n\xff\n",
    "NUL": b"a\0",
    "a list": b"- 5\n",
    "a number": b"5\n",
    "deep": b"[" * DEEP,
    "a mapping of nothing": b"a:\n",
    "a mapping of a list": b"a: [1]\n",
    "nav of all": b"nav: {a: {b: [1, {c: 2}]}}\n",
    "a table": b"[a]\nb = 1\n[[image]]\n[[download]]\n[[repository]]\n",
    "a json list": b'[{"schema": 2}]',
    "a json proof of nothing": b'{"schema": 2, "pages": 5}',
    "a json proof of an odd form": b'{"schema": 1.5}',
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_that_way(guide: SmallGuide, name: str, how: str) -> None:
    guide.write(name, BROKEN[how])
    with pytest.raises(UserError) as error:
        FILES[name](guide.root)
    assert Path(name).name in str(error.value.where)


def test_the_files_of_the_guide_itself_are_read() -> None:
    for name, read in FILES.items():
        if (ROOT / name).exists():
            read(ROOT)
    assert norwegian.load().entries
    assert isinstance(config.read(ROOT), Data)
