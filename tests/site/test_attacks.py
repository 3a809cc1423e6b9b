"""The table of attacks comes from the blocks: the promise, the attack, and the answer that it got."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guide.site.attacks import PLACE, fill
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
