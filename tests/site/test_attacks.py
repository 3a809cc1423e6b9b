"""The table of attacks comes from the blocks: the promise, the attack, and the answer that it got."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

from guide.site import hooks
from guide.site.attacks import PLACE, fill
from guide.site.fences import FenceRenderer
from guide.site.texts import LOCALES
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.site.proofs import Proofs

FENCE = "```"
PAGE = f"""# Page {{#page}}

## What holds in `x` {{#walls}}

{FENCE}{{.bash .step #knock exit=1 against=page#walls}}
false
{FENCE}

{FENCE}{{.text .output match=ellipsis}}
…
first a word
refused <at> the door
…
{FENCE}

{FENCE}{{.bash .check #still-shut against=page#walls}}
true
{FENCE}

{FENCE}{{.bash .step #harmless}}
true
{FENCE}
"""


def guide(folder: Path, page: str = PAGE) -> Proofs:
    languages = "languages: [{locale: nb, default: true}, {locale: en}]"
    (folder / "mkdocs.yml").write_text(
        f"site_name: x\nnav: [page.md]\nplugins: [{{i18n: {{docs_structure: folder, {languages}}}}}]\n"
    )
    for locale in LOCALES:
        (folder / "docs" / locale).mkdir(parents=True)
        (folder / "docs" / locale / "page.md").write_text(page)
    return Proofs(Project(folder), ())


def test_each_attack_has_a_row_with_its_promise_and_its_answer(tmp_path: Path) -> None:
    html = fill(f"before\n\n{PLACE}\n", guide(tmp_path), "en", lambda name: f"../{name}")
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr.*?</tr>", html)][1:]
    promise = '<a href="../page.md#walls">What holds in <code>x</code></a>'
    assert rows == [
        [
            promise,
            '<a href="../page.md#knock"><code>knock</code></a>',
            "<code>refused &lt;at&gt; the door</code>",
        ],
        [promise, '<a href="../page.md#still-shut"><code>still-shut</code></a>', "it had no effect"],
    ]
    assert "Attacks: 2. Promises: 1." in html


def test_a_page_without_the_place_is_left_alone(tmp_path: Path) -> None:
    assert fill("nothing\n", guide(tmp_path), "nb", str) == "nothing\n"


@pytest.mark.parametrize("against", ["page#doors", "elsewhere#walls"])
def test_an_attack_on_nothing_is_an_error(tmp_path: Path, against: str) -> None:
    proofs = guide(tmp_path, PAGE.replace("against=page#walls", f"against={against}"))
    with pytest.raises(UserError, match="there is no such section") as raised:
        fill(PLACE, proofs, "nb", str)
    assert raised.value.where is not None
    assert "page.md" in raised.value.where


def test_a_build_stops_at_an_attack_on_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proofs = guide(tmp_path, PAGE.replace("against=page#walls", "against=page#doors"))
    for name, value in (("proofs", proofs), ("fences", FenceRenderer("nb")), ("terms", [])):
        monkeypatch.setattr(hooks._Build, name, value, raising=False)
    monkeypatch.setattr(hooks, "_locale", lambda _: "nb")
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri="nb/breakin.md"), url="breakin/")
    config: Any = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    with pytest.raises(PluginError, match=r"nb/breakin\.md: .*there is no such section"):
        hooks.on_page_markdown(PLACE, page, config, Files([]))
