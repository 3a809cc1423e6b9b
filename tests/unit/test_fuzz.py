"""Mutated files of the guide itself: each is read, or a person is told; nothing else ever comes out.

``GUIDE_FUZZ=100000`` tries that many of each by chance, instead of some hundred that are the same every time.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guide import checks, contracts, forms, terms, upstream
from guide.manifests.policies import Policies
from guide.paths import ROOT
from guide.pins import lockfile, of_page, versions
from guide.sandbox import binaries, downloads, images, repositories
from guide.site import norwegian, pictures
from walkthrough.errors import UserError
from walkthrough.inputs import frontmatter, parse_yaml, read_toml, schema
from walkthrough.pages import attributes
from walkthrough.pages.loading import Site, load
from walkthrough.project import Project
from walkthrough.proof import archive
from walkthrough.proof.storage import read as read_proof
from walkthrough.terminal import keyboard, pasted

TRIES = int(os.environ.get("GUIDE_FUZZ", "120"))
#: No example is kept and none made smaller: the seed is fixed, so a run tells the same as the last one.
FUZZ = settings(
    max_examples=TRIES,
    deadline=None,
    database=None,
    derandomize=TRIES < 1000,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: What is put into a file, beside what it has already.
PIECES = (
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\n",
        b"\n\n---\n",
        b"...\n",
        b"\t",
        b" ",
        b"",
    ),
    *(
        b"[" * 300,
        b"{" * 300,
        b"- " * 300,
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!!python/name:os.system ",
        b"!!int ",
        b"? ",
    ),
    *(
        b".nan",
        b"-.inf",
        b"1e999",
        b"9" * 5000,
        b"2026-13-45",
        b"2026-11-23",
        b"null",
        b"~",
        b"yes",
        b"0o8",
        b"-1",
    ),
    *(
        b"[]",
        b"{}",
        b"''",
        b'"',
        b"'",
        b"`",
        b"```",
        b"~~~~",
        b"|\n",
        b">-\n",
        b"#",
        b": ",
        b":",
        b",",
        b"]",
        b"}",
    ),
    *(
        b"\\ud800",
        b"\\u0000",
        "å\u2028\u202e".encode(),
        b"[[",
        b"]]",
        b" = ",
        b"nan",
        b"inf",
        b'--8<-- "x"\n',
    ),
    *(b'--8<-- "../../etc/passwd"\n', b"{.bash .step #a timeout=1e999}", b"products: 5\n", b"title: [a]\n"),
)
#: A change: a place from 0 to 1, how much is taken away there, and what comes in its stead.
CHANGE = st.tuples(
    st.floats(0, 1),
    st.sampled_from([0, 0, 0, 1, 1, 2, 7, 40, 400]),
    st.one_of(st.sampled_from(PIECES), st.binary(max_size=6), st.integers(0, 1 << 30)),
)
CHANGES = st.lists(CHANGE, min_size=1, max_size=5)


def changed(original: bytes, changes: list[tuple[float, int, bytes | int]]) -> bytes:
    """The file with some changes; a number copies what stands elsewhere in it."""
    data = original
    for place, gone, piece in changes:
        at = int(place * len(data))
        if isinstance(piece, int):
            start = piece % (len(original) + 1)
            piece = original[start : start + 1 + piece % 60]
        data = data[:at] + piece + data[at + gone :]
    return data


def said(read: Callable[[], Any]) -> Any:
    """What is read; nothing where a person is told instead, in words that can be shown."""
    try:
        return read()
    except UserError as error:
        told = error
    assert told.what
    assert told.where
    str(told).encode()
    return None


def files() -> dict[str, Callable[[Path], Any]]:
    """Every file and its reader, which is given the folder that the file lies in as in a checkout."""
    return {
        "mkdocs.yml": lambda root: (Project(root).nav, Project(root).nav_place("x.md")),
        "manifests/versions.yaml": versions.load,
        "manifests/images.lock": lambda root: lockfile.load(root / lockfile.NAME),
        "manifests/upstream.lock": lambda root: upstream.lock(root / "manifests/upstream.lock"),
        "manifests/network/policies.yaml": lambda root: Policies.of(
            [root / "manifests/network/policies.yaml"]
        ),
        "docs-dev/terms.yaml": terms.load,
        **{
            f"pictures/{name}.yaml": lambda root, name=name: pictures.picture(name, root, "nb")  # type: ignore[misc]
            for name in ("build", "overview", "ways")
        },
        "proofs/sandbox.json": lambda root: archive.read(root / "proofs/sandbox.json", Project(root)),
        "bench/budget.toml": lambda root: forms.held(read_toml(root / "bench/budget.toml"), "budget"),
        "sandbox/contracts.toml": contracts.load,
        "sandbox/binaries.toml": lambda root: binaries.recipes(root / "sandbox"),
        "sandbox/images.toml": lambda root: images.replacements(frozenset(), sandbox=root / "sandbox"),
        "sandbox/downloads.toml": lambda root: downloads.table(root / "sandbox"),
        "sandbox/repositories.toml": lambda root: repositories.table(root / "sandbox"),
        "src/guide/leaks/allowed.toml": lambda root: forms.held(
            read_toml(root / "src/guide/leaks/allowed.toml"), "allowed"
        ),
        "src/guide/swallowed.toml": lambda root: schema.held(
            read_toml(root / "src/guide/swallowed.toml"), "failures that are noticed"
        ),
        "src/guide/commands.toml": lambda root: schema.held(
            read_toml(root / "src/guide/commands.toml"), "commands"
        ),
        "src/walkthrough/terminal/commands.toml": lambda root: schema.held(
            read_toml(root / "src/walkthrough/terminal/commands.toml"), "commands"
        ),
        "src/guide/site/norwegian.yaml": lambda root: norwegian.read(
            (root / "src/guide/site/norwegian.yaml").read_text("utf-8", "replace")
        ),
        "docs/nb/cluster.md": lambda root: load(root / "docs/nb/cluster.md"),
        "docs/en/nyan.md": lambda root: load(root / "docs/en/nyan.md"),
    }


READERS = {name: read for name, read in files().items() if (ROOT / name).is_file()}
ORIGINALS = {name: (ROOT / name).read_bytes() for name in READERS}


@FUZZ
@given(st.sampled_from(sorted(READERS)), CHANGES)
def test_no_file_makes_its_reader_fall(name: str, changes: list[tuple[float, int, bytes | int]]) -> None:
    with tempfile.TemporaryDirectory(prefix="guide-fuzz-") as folder:
        root = Path(folder)
        for other in ("snippets", "manifests", "sandbox", "requirements.lock"):
            if not name.startswith(f"{other}/"):
                (root / other).symlink_to(ROOT / other)
        if name.startswith("sandbox/"):
            (root / "sandbox").mkdir()
            for path in (ROOT / "sandbox").iterdir():
                (root / "sandbox" / path.name).symlink_to(path)
            (root / name).unlink()
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (root / "mkdocs.yml").write_bytes(ORIGINALS["mkdocs.yml"])
        path.write_bytes(changed(ORIGINALS[name], changes))
        said(lambda: READERS[name](root))
        said(lambda: of_page.digest(Project(root), ["gitea"], ["docker.io/a/b:1"]))


@FUZZ
@given(
    st.binary(max_size=60)
    | CHANGES.map(lambda changes: changed(b"[{\"schema\": 2, 'a': 1.5}, x: y]", changes))
)
def test_no_bytes_make_a_reader_of_data_fall(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="guide-fuzz-") as folder:
        path = Path(folder, "file")
        path.write_bytes(data)
        text = data.decode("utf-8", "replace").replace("\0", "")
        reads: list[Callable[[], Any]] = [lambda: read_proof(path), lambda: read_toml(path)]
        reads += [
            lambda: parse_yaml(text, "file", tags=re.compile(r".*ENV")),
            lambda: frontmatter.split(f"---\n{text}\n---\n", "p"),
        ]
        for read in reads:
            said(read)


WORDS = st.sampled_from(
    [
        *(
            "{",
            "}",
            ".bash",
            ".step",
            ".check",
            ".output",
            ".manifest",
            ".skip",
            "#a-b",
            "#",
            ".",
            "=",
            " ",
            '"',
            "'",
        ),
        *(
            "timeout",
            "deadline=",
            "1e999",
            "nan",
            "-1",
            "0",
            "when=",
            "mars",
            "secret=",
            "title=",
            "../x",
            "\0",
            "\\",
        ),
        *("once=", "against=a#b", "hl_lines=", "exit=999999999999", "times=1_0", "٣", "å", "measure=a"),
    ]
)


@FUZZ
@given(st.lists(WORDS | st.text(max_size=3), max_size=14).map("".join))
def test_no_fence_makes_its_reader_fall(info: str) -> None:
    found = said(lambda: attributes.parse(info.strip(), "p:1"))
    for key in ("timeout", "deadline", "interval") if found else ():
        assert 0 < float(found.values.get(key, 1)) < 1e6


#: What the readers of steps look at, beside what every file may hold.
SHELL = st.sampled_from(
    [
        *(
            b"kubectl",
            b"kubectl\n",
            b"curl ",
            b"sudo ",
            b"-f -",
            b"-f",
            b"$(",
            b")",
            b"<<X\n",
            b"X\n",
            b" | ",
        ),
        *(
            b" && ",
            b"; ",
            b"{ ",
            b"f() {\n",
            b"$x",
            b"${x:-",
            b"[[ ",
            b"((",
            b"a=$(b)\n",
            b"\\\n",
            b"&\n",
            b"> x",
        ),
    ]
)
SNIPPETS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "snippets").rglob("*.sh"))
STEPS = st.lists(CHANGE | st.tuples(st.floats(0, 1), st.sampled_from([0, 1, 7, 40, 400]), SHELL), max_size=5)


@FUZZ
@given(st.sampled_from(SNIPPETS), STEPS)
def test_no_step_makes_what_reads_it_fall(name: str, changes: list[tuple[float, int, bytes | int]]) -> None:
    with tempfile.TemporaryDirectory(prefix="guide-fuzz-") as folder:
        page = Path(folder, "docs/nb/cluster.md")
        page.parent.mkdir(parents=True)
        Path(folder, "mkdocs.yml").write_bytes(ORIGINALS["mkdocs.yml"])
        (Path(folder) / "manifests").symlink_to(ROOT / "manifests")
        step = changed((ROOT / name).read_bytes(), changes)
        page.write_bytes(b"---\ntitle: A\n---\n\n```{.bash .step #a}\n" + step + b"\n```\n")
        if read := said(lambda: load(page)):
            guide = Site(("nb", "en"), {("nb", "cluster.md"): read[0]})
            said(lambda: checks.in_both_shells(guide))
            said(lambda: keyboard.findings(list(pasted.blocks(guide))))
