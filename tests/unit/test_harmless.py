"""What a stranger's ``mkdocs.yml`` names is neither run nor read, and is told at its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guide.site import reach, strict
from tests.site.site_support import make_sample
from walkthrough.errors import UserError
from walkthrough.inputs import parse_yaml
from walkthrough.pages import extensions, loading
from walkthrough.pages.loading import load_all
from walkthrough.run.verify import problems

from .conftest import EXTENSIONS, SmallGuide

_EXTENSIONS = "markdown_extensions:\n"
#: What is in the file, what is said of it, and the line of what stands in the second line on.
RUNS = {
    "a class that is no extension": ("  - subprocess:Popen:\n      args: [touch, ran]\n", "Popen", 3),
    "a function": ("  - os:system: {command: touch ran}\n", "os:system", 3),
    "a module of Python's own": ("  - antigravity\n", "antigravity", 3),
    "a module of the checkout": ("  - guide.site.hooks\n", "from where it lies", 3),
    "an installed module that is none": ("  - mkdocs.__main__\n", "no extension of Markdown", 3),
    "an installed class that is none": ("  - yaml:Loader: {stream: x}\n", "no extension of Markdown", 3),
    "no name of a class": ("  - pymdownx.snippets:a.b\n", "no name of a class", 3),
    "one of several": ("  - toc\n  - attr_list\n  - subprocess:Popen: {args: [touch, ran]}\n", "Popen", 5),
    "a function by its name": ("  - toc:\n      slugify: !!python/name:os.remove\n", "tag", 4),
    "a secret": ("  - toc:\n      title: !ENV GITHUB_TOKEN\n", "GITHUB_TOKEN", 4),
    "a secret of several": ("  - toc:\n      title: !ENV [A, DEPLOY_KEY, x]\n", "DEPLOY_KEY", 4),
}  # fmt: skip


@pytest.mark.parametrize("what", RUNS)
def test_reading_runs_and_shows_nothing(
    guide: SmallGuide, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(guide.root)
    text, said, line = RUNS[what]
    guide.nav("index.md", more=_EXTENSIONS + text)
    with pytest.raises(UserError) as told:
        extensions.of(guide.root)
    assert said in str(told.value)
    assert told.value.where == f"mkdocs.yml:{line}"
    assert told.value.fix
    assert not (guide.root / "ran").exists()


#: ``OUT`` is a folder beside the site that has a picture, a sheet and a page.
OUTSIDE = {
    "pictures": ("  - pymdownx.b64:\n      base_path: OUT\n", 4),
    "pictures, by the environment": ("  - pymdownx.b64:\n      base_path: !ENV [NOT_SET_HERE, OUT]\n", 4),
    "pictures, by a way up": ("  - pymdownx.b64:\n      base_path: UP\n", 4),
    "pictures, by a link": ("  - pymdownx.b64:\n      base_path: link\n", 4),
    "icons": ("  - pymdownx.emoji:\n      options: {custom_icons: [OUT]}\n", 4),
    "includes": ("  - pymdownx.snippets:\n      base_path: [OUT, .]\n", 4),
    "a page's end": ("  - pymdownx.snippets:\n      auto_append: [OUT/sheet.css]\n", 4),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_an_extension_reads_nothing_outside(
    guide: SmallGuide, tmp_path_factory: pytest.TempPathFactory, what: str
) -> None:
    text, line = OUTSIDE[what]
    out = tmp_path_factory.mktemp("outside")
    (out / "sheet.css").write_text("a {}\n")
    (guide.root / "link").symlink_to(out)
    guide.nav(
        "index.md",
        more=_EXTENSIONS + text.replace("OUT", str(out)).replace("UP", os.path.relpath(out, guide.root)),
    )
    guide.page("![a](sheet.css)\n")
    with pytest.raises(UserError, match="would read what is not the site's") as told:
        extensions.of(guide.root)
    assert told.value.where == f"mkdocs.yml:{line - 1}"


def test_what_sites_have_is_left_alone(guide: SmallGuide) -> None:
    (guide.root / "icons").mkdir()
    guide.nav(
        "index.md",
        more=EXTENSIONS + "  - markdown.extensions.smarty\n"
        "  - markdown.extensions.meta:MetaExtension\n"
        "  - wikilinks: {base_url: /}\n"
        "  - pymdownx.pathconverter: {base_path: /, relative_path: ..}\n"
        "  - pymdownx.emoji:\n"
        "      emoji_index: !!python/name:material.extensions.emoji.twemoji\n"
        "      emoji_generator: !!python/name:material.extensions.emoji.to_svg\n"
        "      options: {custom_icons: [icons]}\n"
        "extra_css: ['assets/a.css?v=1', 'https://a.test/b.css']\n",
    )
    guide.page("# T\n")
    assert load_all(guide.project).errors == []
    assert extensions.of(guide.root).options("wikilinks") == {"base_url": "/"}


@pytest.mark.parametrize("sheet", ["/etc/passwd", "../../outside.css", "../outside.css", "link.css", ".."])
def test_a_style_sheet_of_another_place_is_not_read(guide: SmallGuide, sheet: str) -> None:
    (guide.root / "outside.css").write_text(".step { display: none }\n")
    guide.page("# T\n")
    (guide.project.docs / "link.css").symlink_to("../outside.css")
    guide.nav("index.md", more=f"extra_css: [{sheet}]\n{EXTENSIONS}")
    with pytest.raises(UserError, match="none of the site's") as told:
        _ = guide.project.styles
    assert told.value.where == "mkdocs.yml:2"


#: What a build would copy, run, empty or show, and is not the checkout's.
NAMED = {
    "custom_dir": "theme:\n  name: material\n  custom_dir: /etc\n",
    "custom_dir by the environment": "theme:\n  name: material\n  custom_dir: !ENV [NOT_SET_HERE, /etc]\n",
    "site_dir": "site_dir: ../elsewhere\n",
    "hooks": "hooks: [../elsewhere.py]\n",
    "watch": "watch: [/]\n",
    "extra_javascript": "extra_javascript: [{path: ../../x.js}]\n",
    "extra_templates": "extra_templates: [/etc/hostname]\n",
    "extra_css": "extra_css: [../mkdocs.yml]\n",
    "plugins": "plugins: [{tags: {tags_file: /etc/hostname}}]\n",
}


@pytest.mark.parametrize("what", NAMED)
def test_a_build_names_nothing_outside(tmp_path: Path, what: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\nnav: [index.md]\n{NAMED[what]}", "utf-8")
    errors = list(reach.errors(reach.settings(tmp_path), tmp_path))
    assert [error.what.partition(":")[0] for error in errors] == [what.partition(" ")[0]]
    assert str(errors[0].where).startswith("mkdocs.yml:")
    assert errors[0].fix


def test_the_checkout_that_is_built_does_not_empty_another_folder(tmp_path: Path) -> None:
    site = make_sample(tmp_path / "guide")
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis").write_text("years of work")
    config = site.root / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "site_dir: build/site" in text
    config.write_text(text.replace("site_dir: build/site", "site_dir: ../other"), "utf-8")
    (error,) = strict.errors(site.root, keep=True)
    assert "site_dir: ../other" in error.what
    assert (other / "thesis").exists()


#: Options that are looked at only once a page needs them, and what nobody has foreseen.
FALLS = {
    "a style that is none": "  - pymdownx.highlight:\n      pygments_style: nonsense\n",
    "a number for a function": "  - toc: {slugify: 5}\n",
    "files that are a number": "  - pymdownx.snippets: {auto_append: 5}\n",
    "files that are numbers": "  - pymdownx.snippets: {auto_append: [5]}\n",
}


@pytest.mark.parametrize("what", FALLS)
def test_options_that_make_an_extension_fall(guide: SmallGuide, what: str) -> None:
    guide.nav("index.md", more=_EXTENSIONS + FALLS[what])
    guide.page("# T\n\n```{.bash .step #index-a}\nls\n```\n\n    code\n")
    errors = load_all(guide.project).errors
    assert errors
    assert all(error.where and error.fix for error in errors)


@pytest.mark.parametrize("name", ["docs/nb/index.md", "manifests/x.yaml"])
def test_what_leads_out_is_not_quoted(
    guide: SmallGuide, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("correct: horse\n\n!!! battery\n")
    guide.page('# T\n\n```{.yaml .manifest title="x.yaml"}\na: b\n```\n')
    guide.write("manifests/x.yaml", "a: b\n")
    (guide.root / name).unlink()
    (guide.root / name).symlink_to(outside)
    told = "\n".join(map(str, load_all(guide.project).errors))
    assert "leads out of the site" in told
    assert "horse" not in told
    assert "battery" not in told


def test_a_page_that_nobody_gets_through_is_told(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SECONDS", 1)
    guide.page("# T\n\n" + "[" * 20_000 + "\n")
    (error, *_) = load_all(guide.project).errors
    assert "nobody gets through" in error.what
    assert error.where == "docs/nb/index.md"
    guide.page("# T\n")
    assert load_all(guide.project).errors == []


#: Style sheets that made what reads them fall, or go on for ever.
SHEETS = {
    "a code of no character": "\\110000 a { display: none }",
    "a choice of many": ":is(a,b)" * 24 + "{ display: none }",
}


@pytest.mark.parametrize("what", SHEETS)
def test_an_odd_style_sheet_is_read_or_told(guide: SmallGuide, what: str) -> None:
    guide.nav("index.md", more=f"extra_css: [a.css]\n{EXTENSIONS}")
    guide.page("# T\n")
    (guide.project.docs / "a.css").write_text(SHEETS[what])
    for error in load_all(guide.project).errors:
        assert error.where
        assert error.fix


def test_a_step_that_nests_too_deep_is_told(guide: SmallGuide) -> None:
    deep = "echo " + "$(echo " * 400 + ")" * 400
    guide.page(f"# T\n\n```{{.bash .step #index-a}}\n{deep}\n```\n")
    _, errors = problems(guide.project)
    assert ["nests too deep" in error.what for error in errors] == [True]
    assert str(errors[0].where).startswith("docs/nb/index.md:3")


@pytest.mark.parametrize("number", ["9" * 40, "0x" + "f" * 5000, "-" + "9" * 40])
def test_a_number_that_only_fills_a_page_is_told(number: str) -> None:
    with pytest.raises(UserError, match="no number to count with"):
        parse_yaml(f"a: {number}\n", "a.yaml")
