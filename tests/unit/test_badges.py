"""The MkDocs plugin ``walkthrough``: what a page of any site says of its own proof."""

from __future__ import annotations

import re

import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page

from guide import hooks as guide_hooks
from walkthrough import hooks
from walkthrough.site.plugin import ProofPlugin
from walkthrough.site.proofs import Proofs

from .conftest import SmallGuide

PAGE = """\
# One

```{.bash .step #greet}
echo hello
```

```{.bash .skip #no reason="it wants <a> moon"}
false
```
"""


@pytest.fixture
def small(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> SmallGuide:
    """A site of one language on which ``local`` is a machine like any other."""
    monkeypatch.setattr(hooks, "providers", lambda: ["local"])
    guide.nav("index.md", "two.md", "prose.md", languages="")
    guide.write("docs/index.md", PAGE)
    guide.write("docs/two.md", PAGE.replace("#greet", "#again").replace("#no", "#never"))
    guide.write("docs/prose.md", "# Prose\n")
    return guide


def badges(small: SmallGuide, words: object = None) -> dict[str, str]:
    """What is added to each page, by name."""
    plugin = ProofPlugin()
    errors, _ = plugin.load_config({"words": words or {}})
    assert not errors
    config = load_config(str(small.root / "mkdocs.yml"), site_name="Small", plugins=[])
    plugin.on_pre_build(config=config)
    return {
        file.src_uri: plugin.on_page_content("", page=Page(None, file, config), config=config)
        for file in get_files(config).documentation_pages()
    }


def words_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "|", html)


def test_a_page_that_nobody_has_run_says_so(small: SmallGuide) -> None:
    found = badges(small)
    assert "Not tried: no run of this page is recorded." in found["index.md"]
    assert found["prose.md"] == ""


def test_a_verified_page_says_where_when_and_what_was_left_out(small: SmallGuide) -> None:
    ended = small.run()
    assert ended.code == 0, ended.out
    said = words_of(badges(small)["index.md"])
    assert re.search(r"Verified on local, \d{4}-\d\d-\d\d\.\| Blocks: 1 passed, 1 skipped\.", said)
    # A reason is text, whatever it looks like.
    assert "|no|: skipped, it wants &lt;a&gt; moon" in said


def test_a_change_is_told_on_its_page_and_on_all_behind_it(small: SmallGuide) -> None:
    assert small.run().code == 0
    small.write("docs/index.md", PAGE.replace("hello", "goodbye"))
    found = badges(small)
    assert "No longer verified. Last run on local" in found["index.md"]
    assert "the page&#x27;s blocks have changed since" in found["index.md"]
    assert "index.md, which the page stands on, has changed since" in found["two.md"]


def test_a_failed_page_names_its_block_and_the_next_was_not_run(small: SmallGuide) -> None:
    small.write("docs/index.md", PAGE.replace("echo hello", "false"))
    assert small.run().code == 1
    found = badges(small)
    assert "Not verified on local" in found["index.md"]
    assert "greet (failed)" in found["index.md"]
    assert "again (not run)" in found["two.md"]


def test_a_run_of_some_pages_says_that_it_was_one(small: SmallGuide) -> None:
    assert small.run("index").code == 0
    found = badges(small)
    assert "Tried on local" in found["index.md"]
    assert "Not tried" in found["two.md"]


def test_blocks_in_a_quotation_are_blocks(small: SmallGuide) -> None:
    small.write("docs/prose.md", '> ```{.bash .skip #quoted reason="no"}\n> ls\n> ```\n')
    assert "Not tried" in badges(small)["prose.md"]


def test_a_site_has_words_of_its_own(small: SmallGuide) -> None:
    found = badges(small, {"": {"none": "Nicht geprüft <noch>."}})
    assert "Nicht geprüft &lt;noch&gt;." in found["index.md"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"fr": {}}, "the site has no language 'fr'"),
        ({"": {"verifed": "x"}}, "there is no word 'verifed'"),
        ({"": {"none": "on {machine}"}}, "'none' names machine, which is not known there"),
        ({"": {"verified": "{day"}}, "'verified' names {day, which is not known there"),
        ({"": "x"}, "no table of texts"),
        ({"": {"none": 5}}, "no table of texts"),
    ],
)
def test_words_that_cannot_be_said_stop_the_build(small: SmallGuide, words: object, told: str) -> None:
    with pytest.raises(PluginError, match="what to do") as stopped:
        badges(small, words)
    assert told in str(stopped.value)


def test_a_proof_that_is_none_stops_the_build(small: SmallGuide) -> None:
    small.write("build/proof/local.json", "{")
    with pytest.raises(PluginError, match=r"build/proof/local\.json"):
        badges(small)


@pytest.mark.parametrize("folder", ["build/proof", "proofs"])
def test_a_proof_that_is_a_link_to_itself_stops_the_build(small: SmallGuide, folder: str) -> None:
    path = small.write(f"{folder}/local.json", "")
    path.unlink()
    path.symlink_to("local.json")
    with pytest.raises(PluginError, match=rf"{folder}/local\.json"):
        badges(small)


def test_proofs_of_machines_that_no_plugin_has_are_left_out(
    small: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small.run().code == 0
    monkeypatch.setattr(hooks, "providers", lambda: list(guide_hooks.PROVIDERS))
    assert "Not tried" in badges(small)["index.md"]


#: How a page's fences may come, and the files that they come from.
BROUGHT = {
    "an include": '--8<-- "snippets/fences.md"\n',
    "a list of includes": "--8<--\nsnippets/fences.md\n--8<--\n",
    "an indented include": '!!! note\n    --8<-- "snippets/fences.md"\n',
    "an include in an include": '--8<-- "snippets/more.md"\n',
}


@pytest.mark.parametrize("how", BROUGHT)
def test_a_page_whose_blocks_are_included_has_a_badge(small: SmallGuide, how: str) -> None:
    small.write("snippets/fences.md", '```{.bash .skip #brought reason="no"}\nls\n```\n')
    small.write("snippets/more.md", '--8<-- "snippets/fences.md"\n')
    small.write("docs/prose.md", f"# Prose\n\n{BROUGHT[how]}")
    assert "Not tried" in badges(small)["prose.md"]


def test_a_page_that_includes_prose_has_none(small: SmallGuide) -> None:
    small.write("snippets/words.md", "Words.\n")
    small.write("docs/prose.md", '# Prose\n\n--8<-- "snippets/words.md"\n')
    assert badges(small)["prose.md"] == ""


def test_a_page_that_is_no_text_ends_no_badge(small: SmallGuide) -> None:
    small.write("docs/prose.md", b"# Prose \xff\n")
    assert Proofs.load(small.project).runs("prose.md", "")
