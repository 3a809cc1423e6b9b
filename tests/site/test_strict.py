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


def test_a_site_that_builds_leaves_nothing(sample: Site) -> None:
    handlers = list(logging.getLogger("mkdocs").handlers)
    assert strict.errors(sample.root) == []
    assert not sample.output.exists()
    assert logging.getLogger("mkdocs").handlers == handlers


@pytest.mark.parametrize("which", ["hooks", "plugins", "theme"])
def test_nothing_of_a_stranger_runs(sample: Site, which: str, tmp_path: Path) -> None:
    """Programs of the checkout that a build would run are left alone: its hooks, plugins, and templates."""
    ran = tmp_path / "ran"
    config = read_config() | {"nav": list(PAGES)}
    if which == "theme":
        template = "{{ cycler.__init__.__globals__.os.mkdir('" + str(ran) + "') }}"
        (sample.root / "theme/main.html").write_text(template)
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
