"""What only a strict build of the site finds is found by ``guide check`` too, and runs nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from guide.site import strict
from tests.site.site_support import PAGES, Site, read_config, write_config

#: What is added to the Bokmål page of a chapter | what is said | on which page.
ADDED = {
    "a page that is not there": ("[x](nowhere.md)", "nowhere.md", "nb"),
    "a heading that is not there": ("[x](index.md#nowhere)", "#nowhere", "nb"),
    "an absolute link": ("[x](/x)", "absolute link", "nb"),
    "a picture that is not there": ("![x](../assets/nowhere.png)", "nowhere.png", "nb"),
    "a drawing that is not there": ('<div data-guide="picture:nowhere"></div>', "no picture «nowhere»", "nb"),
    "a page that is not there, in HTML": ('<a href="../nowhere/">x</a>', "link '../nowhere/'", "nb"),
    "a page's file, in HTML": ('A <a href="index.md">x</a>', "nothing at /cluster/index.md", "nb"),
    "an anchor that is not there, in HTML": ("A <a href='../#nowhere'>x</a>", "has no anchor nowhere", "nb"),
    "an anchor of its own, in HTML": ('<p><a href="#nowhere">x</a></p>', "no anchor nowhere", "nb"),
    "a picture that is not there, in HTML": (
        '<img src="../assets/x.png" alt="">',
        "nothing at /assets/x.png",
        "nb",
    ),
    "an absolute link in HTML": ('A <a href="/x">x</a>', "link '/x' in HTML, which is absolute", "nb"),
    "a program in HTML": ('A <a href="javascript:x()">x</a>', "javascript: is not allowed", "nb"),
    "a program, hidden": ('A <a href=" JavaScript\n:x()">x</a>', "javascript: is not allowed", "nb"),
    "a program, between colours": (
        """<p><a title='<span class="' href=javascript:x lang=">">x</a></p>""",
        "javascript: is not allowed",
        "nb",
    ),
    "a program in Markdown": ("[x](javascript:x)", "javascript: is not allowed", "nb"),
    "a program, written in another way": ('A <a href="java&#115;cript:x">x</a>', "javascript: is not", "nb"),
    "data in HTML": ('<iframe src="data:text/html,x"></iframe>', "data: is not allowed", "nb"),
    "HTML in Markdown in HTML": ('<p markdown>A <a href="x/">x</a></p>', "link 'x/'", "nb"),
    "a heading in one language": ("## More {#more}", "headings' ids differ", "en"),
}


@pytest.mark.parametrize("what", ADDED)
def test_what_the_site_would_stop_at(sample: Site, what: str) -> None:
    text, words, language = ADDED[what]
    page = sample.root / "docs/nb/cluster.md"
    line = page.read_text("utf-8").count("\n") + 2
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    errors = strict.errors(sample.root)
    assert len(errors) == 1
    assert words in errors[0].what
    assert errors[0].where == f"docs/{language}/cluster.md:{line if 'link' in errors[0].what else 1}"
    assert errors[0].fix


def test_links_in_html_that_lead_somewhere(sample: Site) -> None:
    page = sample.root / "docs/nb/cluster.md"
    image = next((sample.root / "docs/assets").rglob("*.svg"), None) or sample.root / "docs/assets/x.svg"
    image.parent.mkdir(parents=True, exist_ok=True)
    image.touch()
    address = f"../{image.relative_to(sample.root / 'docs').as_posix()}"
    links = [
        "../",
        "../en/",
        "../en/cluster/#why-here",
        "#why-here",
        "#",
        "#top",
        "https://a.test/x#y",
        "//a.test/x",
        "mailto:a@b.test",
    ]
    text = "".join(f'<a href="{each}">x</a>\n' for each in [*links, address, "../?q=x"])
    heading = "\n\n## Why here {#why-here}\n"
    for language in ("nb", "en"):
        with (sample.root / "docs" / language / "cluster.md").open("a", encoding="utf-8") as file:
            file.write(f'{heading}\n{text if language == "nb" else ""}\n`<a href="x">`\n')
    assert page.is_file()
    assert strict.errors(sample.root) == []


def test_a_site_that_builds_leaves_nothing(sample: Site) -> None:
    handlers = list(logging.getLogger("mkdocs").handlers)
    assert strict.errors(sample.root) == []
    assert not sample.output.exists()
    assert logging.getLogger("mkdocs").handlers == handlers


def test_a_site_that_is_kept_is_the_readers(sample: Site) -> None:
    (sample.root / "theme/main.html").write_text(
        '{% extends "base.html" %}{% block footer %}OWN{% endblock %}'
    )
    assert strict.errors(sample.root, keep=True) == []
    assert "OWN" in sample.read("cluster/index.html")
    page = sample.root / "docs/nb/cluster.md"
    with page.open("a", encoding="utf-8") as file:
        file.write("\n[x](nowhere.md)\n")
    (error,) = strict.errors(sample.root, keep=True)
    assert error.where == f"docs/nb/cluster.md:{page.read_text('utf-8').count(chr(10))}"


@pytest.mark.parametrize("which", ["hooks", "plugins", "plugins as a mapping", "theme", "extra_templates"])
def test_nothing_of_a_stranger_runs(sample: Site, which: str, tmp_path: Path) -> None:
    """Programs of the checkout that a build would run are left alone: its hooks, plugins, and templates."""
    ran = tmp_path / "ran"
    config = read_config() | {"nav": list(PAGES)}
    template = "{{ cycler.__init__.__globals__.os.mkdir('" + str(ran) + "') }}"
    if which == "theme":
        (sample.root / "theme/main.html").write_text(template)
    elif which == "extra_templates":
        (sample.root / "docs/assets").mkdir(exist_ok=True)
        (sample.root / "docs/assets/x.svg").write_text(template)
        config[which] = ["assets/x.svg"]
    elif which == "plugins as a mapping":
        listed = [each if isinstance(each, dict) else {each: {}} for each in config["plugins"]]
        config["plugins"] = {name: of for each in listed for name, of in each.items()} | {"evil": {}}
    else:
        (sample.root / "evil.py").write_text(f"open({str(ran)!r}, 'w')\n")
        config[which] = [*config[which], "evil.py" if which == "hooks" else "evil"]
    write_config(config, sample.root)
    assert strict.errors(sample.root) == []
    assert not ran.exists()


def test_what_breaks_markdown_is_an_error(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def falls(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(strict, "build", falls)
    (error,) = strict.errors(sample.root)
    assert "too deep" in error.what
