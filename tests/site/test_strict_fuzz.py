"""Whatever ``guide check`` calls well builds the site strictly: mutated pages and files, many in one site.

``GUIDE_FUZZ=2000`` tries that many pages by chance, instead of some that are the same every time.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from guide.inputs import every
from guide.paths import ROOT
from guide.site import strict
from tests.site.site_support import PAGES, SAMPLE, Site, make_sample, read_config, write_config
from tests.unit.test_fuzz import PIECES, changed
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.run.verify import problems

TRIES = int(os.environ.get("GUIDE_FUZZ", "24"))
#: Mutated pages of one site.
BATCH = 12
#: How often the settings of such a site are mutated as well.
SETTINGS = 3
#: How much was tried: what a long run reports.
COUNTS: Counter[str] = Counter()
#: What a page is made of, beside what every file may hold; one a line.
MARKUP = [
    line.encode().decode("unicode_escape").encode()
    for line in r"""
[x](nowhere.md)
[x](#x)
](//[::1)
](http://[x)
](%zz)
[a][b]
[b]: <\n
![x](x.png)
<div data-guide="picture:ways"></div>
<div data-guide="picture:x"></div>
<div data-guide="pins"></div>
<div data-guide="proof"></div>\n
<div data-guide="glossary"></div>\n
<div data-guide="attacks"></div>\n
[^1]
[^1]: a\n
*[a]: b\n
{#a}
{: #a .b}
{#a #b}
\n## a\n
\n## \n
# b\n
<div markdown>\n
<p markdown='x'>
</div>\n
<!--
-->
<script>
<?php
<![CDATA[
<a name=x>
<a href="nowhere/">x</a>
<img src='x.png'>
<a href="javascript:x">x</a>
<a href="//[::1">x</a>
[x](javascript:x)
\n=== "a"\n
\n!!! note\n
??? "
\n1. a\n\n\x20\x20\x20\x20
|a|\n|-|\n
a\n: b\n
&#0;
&#xD800;
{{ x }}
{% if
`#!py a`
`#!nope a`
\\
**
$$
template: nowhere.html\n
icon: x\n
hide: 5\n
search: 5\n
search: {boost: x}\n
status: a\n
tags: 5\n
date: x\n
title: ""\n
description: "{{ x }}"\n
terms: false\n
hidden: 5\n
""".strip().split("\n")
] + [b"> " * 200, b"- " * 150]
#: Files beside the pages; each is mutated alone.
FILES = (
    *("docs-dev/terms.yaml", "manifests/versions.yaml", "manifests/images.lock"),
    *("pictures/overview.yaml", "pictures/ways.yaml", "snippets/wait.sh"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample with the files of pins beside it, and room for mutated pages."""
    site = make_sample(tmp_path_factory.mktemp("fuzz") / "guide")
    (site.root / "docs-dev").unlink()
    shutil.copytree(ROOT / "docs-dev", site.root / "docs-dev")
    shutil.copytree(ROOT / "manifests", site.root / "manifests", dirs_exist_ok=True)
    for name in ("sandbox", "requirements.lock", "pyproject.toml"):
        (site.root / name).symlink_to(ROOT / name)
    return site


@pytest.fixture(scope="module", autouse=True)
def counted() -> Iterator[None]:
    """Say at the end of a long run how much was tried (``-s`` shows it)."""
    yield
    if TRIES >= 1000:
        print(dict(COUNTS))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changes: list[tuple[float, int, bytes | int]] = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        piece: bytes | int = chance.choice([*PIECES, *MARKUP])
        if chance.random() < 0.15:
            piece = chance.getrandbits(30)
        elif chance.random() < 0.2:
            piece = bytes([chance.choice(b"ab09#[](){}<>!&*-_=~`|:\n ")])
        place = chance.random() * (0.1 if chance.random() < 0.2 else 1)
        changes.append((place, chance.choice([0, 0, 0, 1, 1, 2, 7, 40]), piece))
    return changed(data, changes)


def check(root: Path) -> list[UserError]:
    """What ``guide check`` says of the pages and of the files beside them."""
    found = list(every.errors(root))
    try:
        found += problems(Project(root))[1]
    except UserError as error:
        found.append(error)
    return found or strict.errors(root)


def settle(site: Site, names: list[str], files: dict[str, bytes]) -> list[str]:
    """Take away what a person is told of, until the check calls the rest well; the pages that stay.

    :param files: the originals of the mutated files beside the pages, which are put back.
    """
    while True:
        write_config(read_config() | {"nav": [*PAGES, *names], "watch": []}, site.root)
        errors = check(site.root)
        if not errors:
            return names
        said = "\n".join(map(str, errors))
        bad = {name for name in names if re.search(rf"\b{re.escape(name)}\b", said)}
        assert bad or files, f"an error names no page:\n{said}"
        if not bad:
            restore(site.root, files)
            files.clear()
        remove(site.root, bad)
        names = [name for name in names if name not in bad]


def restore(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).write_bytes(content)


def remove(root: Path, names: Iterable[str]) -> None:
    for name in names:
        for language in ("nb", "en"):
            (root / "docs" / language / name).unlink(missing_ok=True)


def bring_pages(root: Path, chance: random.Random) -> list[str]:
    """Write mutated pages, some in one language only, with blocks of their own."""
    names = [f"p{number}.md" for number in range(BATCH)]
    for name in names:
        kind = chance.choice(("cluster.md", "cluster.md", "index.md"))
        which, state = chance.choice(("nb", "en", "both", "both", "both")), chance.getrandbits(60)
        for language in ("nb", "en"):
            page = (SAMPLE / "docs" / language / kind).read_bytes()
            page = page.replace(b"#sample-", f"#{Path(name).stem}-".encode())
            if which in (language, "both"):
                page = mutated(page, random.Random(state))
            (root / "docs" / language / name).write_bytes(page)
    return names


def bring_files(root: Path, chance: random.Random) -> dict[str, bytes]:
    """Mutate files beside the pages, those that their own readers let pass; what they were."""
    originals = {name: (root / name).read_bytes() for name in FILES}
    for name, original in originals.items():
        for _ in range(5):
            (root / name).write_bytes(mutated(original, chance))
            if not list(every.errors(root)):
                break
            (root / name).write_bytes(original)
    return originals


def settings_beside(site: Site, chance: random.Random) -> list[str]:
    """What is wrong with the site where its settings are mutated beside pages that are; nothing, always.

    Those of which a person is told are counted as the others are: neither may be a traceback.
    """
    path = site.root / "mkdocs.yml"
    original = path.read_bytes()
    for _ in range(SETTINGS):
        path.write_bytes(mutated(original, chance))
        COUNTS["settings beside pages"] += 1
        if not check(site.root):
            COUNTS["of these called well"] += 1
            if messages := site.build():
                return [*messages, path.read_text("utf-8", "replace")]
    path.write_bytes(original)
    return []


@pytest.mark.parametrize("seed", range(max(1, TRIES // BATCH)))
def test_what_is_called_well_builds(site: Site, seed: int) -> None:
    chance = random.Random(seed if TRIES < 1000 else None)
    files = bring_files(site.root, chance)
    originals, names = dict(files), bring_pages(site.root, chance)
    made = {path: path.read_bytes() for path in (site.root / "docs").rglob("p*.md")}
    try:
        names = settle(site, names, files)
        messages = site.build()
        left = {path: text for path, text in made.items() if path.name in names}
        assert messages == [], f"{messages}\n{left}\n{sorted(files)}"
        both = settings_beside(site, chance)
        assert both == [], f"{both}\n{left}"
        COUNTS["pages"] += BATCH
        COUNTS["pages called well"] += len(names)
    finally:
        restore(site.root, originals)
        remove(site.root, [path.name for path in made if path.name not in PAGES])


@pytest.mark.parametrize("seed", range(max(1, TRIES // 8)))
def test_settings_that_are_called_well_build(site: Site, seed: int) -> None:
    chance = random.Random(seed if TRIES < 1000 else None)
    write_config(read_config() | {"nav": list(PAGES), "watch": []}, site.root)
    path = site.root / "mkdocs.yml"
    path.write_bytes(mutated(path.read_bytes(), chance))
    if not check(site.root):
        assert site.build() == [], path.read_bytes()
