"""The cheat sheet: every function that a reader keeps, and the steps that the pages name for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
import yaml

from guide.paths import DOCS, ROOT
from guide.site import cheatsheet
from tests.site.site_support import Site
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.site.proofs import Proofs

SHEETS = {"nb": "cheat-sheet/index.html", "en": "en/cheat-sheet/index.html"}
CONFIG = """
nav: [one.md, sheet.md]
plugins: [{i18n: {docs_structure: folder, languages: [{locale: nb, default: true}, {locale: en}]}}]
markdown_extensions: [attr_list, pymdownx.superfences, {pymdownx.snippets: {base_path: ["."]}}]
"""
PAGE = """---
title: One
%s
---

# One {#one}

Some prose. `greet` greets [whom you name](#one):

## Greet {#greet}

Begin:

```{.bash .step #one-greet}
greet() { echo "hello $1"; }
keep greet
admin greet 'the cat' | sort
```
"""


def kept_on_pages() -> set[str]:
    """What the pages' snippets save with ``keep``, read without the guide's own reader."""
    named: set[str] = set()
    for page in DOCS.glob("nb/*.md"):
        for snippet in re.findall(r'--8<-- "(snippets/[^":]+\.sh)', page.read_text(encoding="utf-8")):
            for line in (ROOT / snippet).read_text(encoding="utf-8").splitlines():
                if line.strip().startswith("keep "):
                    named |= set(line.split()[1:])
    return named


def again(page: Path) -> list[str]:
    """The steps that a page's front matter names."""
    return list(yaml.safe_load(page.read_text(encoding="utf-8").split("---")[1]).get("again", {}))


@pytest.mark.parametrize("locale", SHEETS)
def test_every_function_that_is_kept_is_on_the_sheet_and_leads_to_its_place(guide: Site, locale: str) -> None:
    sheet = guide.read(SHEETS[locale])
    wanted = kept_on_pages()
    links = re.findall(r'<a href="\.\./([\w-]+)/#([\w-]+)"><code[^>]*>(\w+)</code></a>', sheet)
    assert {name for _, _, name in links} >= wanted
    root = Path(SHEETS[locale]).parent.parent
    for page, section, name in links:
        assert f'id="{section}"' in guide.read(str(root / page / "index.html")), name


@pytest.mark.parametrize("locale", SHEETS)
def test_every_step_that_a_page_names_is_on_the_sheet(guide: Site, locale: str) -> None:
    sheet = re.sub(r"<[^>]+>", "", guide.read(SHEETS[locale]))
    named = 0
    for page in sorted((DOCS / locale).glob("*.md")):
        front = yaml.safe_load(page.read_text(encoding="utf-8").split("---")[1])
        for told in front.get("again", {}).values():
            assert told in sheet, page
            named += 1
    assert named > 15


def test_both_languages_name_the_same_steps() -> None:
    named = {page.name: again(page) for page in DOCS.glob("nb/*.md")}
    assert any(named.values())
    assert named == {name: again(DOCS / "en" / name) for name in named}


def written(tmp_path: Path, front: str, page: str = PAGE) -> str:
    """The sheet of a site with one chapter."""
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    for locale in ("nb", "en"):
        (tmp_path / "docs" / locale).mkdir(parents=True)
        (tmp_path / "docs" / locale / "one.md").write_text(page % front, encoding="utf-8")
    return cheatsheet.fill(cheatsheet.PLACE, Proofs(Project(tmp_path), ()), "en")


def test_a_function_is_told_by_the_sentence_that_introduces_it_and_called_as_a_step_calls_it(
    tmp_path: Path,
) -> None:
    sheet = written(tmp_path, "again: {one-greet: Greet somebody}")
    assert "## [One](one.md) {#one}" in sheet
    assert "[`greet`](one.md#greet)\n:   `greet` greets [whom you name](one.md#one).\n" in sheet
    assert ":   `admin greet 'the cat'`" in sheet
    assert (
        "[Greet somebody](one.md#greet)\n{ .guide-cheat__what }\n\n```bash\nadmin greet 'the cat' | sort\n```"
        in sheet
    )


@pytest.mark.parametrize("locale", ["nb", "en"])
def test_a_command_is_what_is_typed_and_not_the_functions_that_stand_on_the_sheet_by_name(
    locale: Literal["nb", "en"],
) -> None:
    proofs = Proofs(Project(ROOT), ())
    sheet = cheatsheet.fill(cheatsheet.PLACE, proofs, locale)
    commands = re.findall(r"guide-cheat__what \}\n\n```bash\n(.*?)\n```", sheet, re.DOTALL)
    assert len(commands) > 15
    typed = "\n".join(commands)
    kept = kept_on_pages()
    assert not {name for name in kept if re.search(rf"^{name}\(\)", typed, re.MULTILINE)}
    assert "admin run_now gitea backup" in typed
    assert all(command.strip() for command in commands)


def test_a_step_that_only_defines_is_shown_as_it_is(tmp_path: Path) -> None:
    page = PAGE.replace("admin greet 'the cat' | sort\n", "")
    sheet = written(tmp_path, "again: {one-greet: Greet somebody}", page)
    assert '```bash\ngreet() { echo "hello $1"; }\nkeep greet\n```' in sheet


def test_a_step_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="lists one-bye under again") as raised:
        written(tmp_path, "again: {one-bye: Part}")
    assert raised.value.where == "docs/en/one.md:1"


def test_a_page_without_a_place_stays_as_it_is(tmp_path: Path) -> None:
    assert cheatsheet.fill("# Page", Proofs(Project(tmp_path), ()), "nb") == "# Page"
