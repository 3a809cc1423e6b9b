"""What stands on every page as an address leads to the web, and publishes no secret."""

from __future__ import annotations

from typing import Any

import pytest

from guide import serving
from guide.editions.building import built as edition
from guide.site import addresses, reach, strict
from tests.site.site_support import Site, read_config, write_config
from walkthrough.errors import UserError
from walkthrough.project import Project

#: What is no address to put more behind | what is said of it.
NO_BASE = {
    "a program": ("javascript:alert(1)//x.test", "does not begin with https://"),
    "a program with a machine": ("javascript://x.test/%0aalert(1)", "does not begin with https://"),
    "a tag": ('https://x.test/"><script>x</script>', "'\"', '<', '>'"),
    "an apostrophe": ("https://x.test/'x", 'has "\'"'),
    "a space": ("https://x.test/a b", "has ' '"),
    "a line": ("https://x.test/\nx", r"has '\n'"),
    "a control character": ("https://x.test/\x1b[31m", r"has '\x1b'"),
    "bytes that are no text": ("https://x.test/\udcff\udcfe", r"'\udcfe', '\udcff'"),
    "letters of no address": ("https://blåbær.test/", r"'\xe5', '\xe6'"),
    "a form": ("https://x.test/{path.__class__}", "has '{', '}'"),
    "a backslash": ("https://x.test\\@y.test", r"has '\\'"),
    "nothing before the path": ("/docs/", "does not begin with https://"),
    "words": ("docs", "does not begin with https://"),
    "a file": ("file:///etc/passwd", "does not begin with https://"),
    "no machine": ("https:///x", "does not begin with https://"),
    "a bracket": ("https://[", "cannot be read as an address"),
    "a port that is none": ("https://x.test:99999999/", "cannot be read as an address"),
    "a password": ("https://ann:correct-horse@x.test/", "before the @"),
    "a token": ("https://correct-horse@x.test/", "before the @"),
    "a password that is hidden": ("https://ann:correct-horse%40x@x.test/", "before the @"),
    "a password at no machine": ("ftp://ann:correct-horse@x.test/", "does not begin with https://"),
    "a question": ("https://x.test/?token=x", "has a ? or a #"),
    "an anchor": ("https://x.test/#", "has a ? or a #"),
    "too much": ("https://x.test/" + "a" * 10_000, "longer than 2000"),
}


@pytest.mark.parametrize("what", NO_BASE)
def test_an_address_of_the_environment_is_refused(
    sample: Site, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, words = NO_BASE[what]
    for variable, where in (("SITE_URL", "mkdocs.yml:"), (addresses.REPOSITORY, "the variable GUIDE_")):
        monkeypatch.setenv(variable, value)
        (error,) = strict.errors(sample.root, keep=True)
        assert words in error.what
        assert variable in error.what
        assert (error.where or "").startswith(where)
        assert error.fix
        assert "correct-horse" not in str(error)
        assert error.what.isascii()
        assert error.what.isprintable()
        monkeypatch.delenv(variable)


def test_an_empty_address_of_the_site_is_refused_and_no_repository_is_none(
    sample: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "")
    (error,) = strict.errors(sample.root)
    assert "SITE_URL" in error.what
    assert "empty" in error.what
    monkeypatch.delenv("SITE_URL")
    monkeypatch.setenv(addresses.REPOSITORY, "")
    assert strict.errors(sample.root) == []


#: What a site's own file may not say | which setting is named.
SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "the site with a password": ({"site_url": "https://a:correct-horse@x.test/"}, "site_url"),
    "the site as a number": ({"site_url": 5}, "site_url"),
    "the repository as a program": ({"repo_url": "javascript://x/%0ax"}, "repo_url"),
    "the repository with a tag": ({"repo_url": 'https://x.test/"><b>'}, "repo_url"),
    "the repository with a bracket": ({"repo_url": "https://["}, "repo_url"),
    "where pages are changed, as a program": ({"edit_uri": "javascript:x"}, "edit_uri"),
    "the same, of data": ({"edit_uri": "data:text/html,x"}, "edit_uri"),
    "the same, with a quote": ({"edit_uri": 'x"onclick="x'}, "edit_uri"),
    "the same, elsewhere with a password": ({"edit_uri": "//a:correct-horse@x.test/"}, "edit_uri"),
    "a form of a program": ({"edit_uri_template": "javascript:x('{path}')"}, "edit_uri_template"),
    "a form that asks for more": ({"edit_uri_template": "https://x.test/{path.x}"}, "edit_uri_template"),
    "home as a program": ({"extra": {"homepage": "javascript:x"}}, "extra.homepage"),
    "a social link": ({"extra": {"social": [{"icon": "x", "link": 'x"><b>'}]}}, "extra.social.0.link"),
    "another language": ({"extra": {"alternate": [{"link": "javascript:x"}]}}, "extra.alternate.0.link"),
    "a script's place": ({"extra_javascript": [{"path": 'x"><b>'}]}, "extra_javascript.0.path"),
    "a sheet with a password": ({"extra_css": ["https://a:correct-horse@x.test/x.css"]}, "extra_css.0"),
    "the menu, with a tab in it": ({"nav": ["index.md", {"x": "java\tscript:x"}]}, "nav.1.x"),
    "the menu, with what is not seen": ({"nav": ["index.md", {"x": "\x01javascript:x"}]}, "nav.1.x"),
    "the menu, as something else": ({"nav": ["index.md", {"x": "blob:x"}]}, "nav.1.x"),
    "the menu, with a tag": ({"nav": ["index.md", {"x": 'https://x.test/"><b>'}]}, "nav.1.x"),
    "the menu, with a password": ({"nav": ["index.md", {"x": "//a:correct-horse@x.test"}]}, "nav.1.x"),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_an_address_of_the_sites_file_is_refused(sample: Site, what: str) -> None:
    changed, name = SETTINGS[what]
    write_config(read_config() | {"nav": ["index.md", "cluster.md", "proof.md"]} | changed, sample.root)
    (error,) = strict.errors(sample.root)
    assert name in error.what
    line = int((error.where or "").removeprefix("mkdocs.yml:"))
    key = name.split(".")[0]
    lines = (sample.root / "mkdocs.yml").read_text("utf-8").split("\n")
    assert line >= next(number for number, text in enumerate(lines, 1) if text.startswith(f"{key}:"))
    assert error.fix
    assert "correct-horse" not in str(error)


_TAG = '"><script>x</script>'
#: What a site says of itself in no plain words | which setting is named.
TEXTS: dict[str, tuple[dict[str, Any], str]] = {
    "its name": ({"site_name": _TAG}, "site_name has markup"),
    "its description": ({"site_description": '0;url=https://x.test" http-equiv="refresh'}, "has a quote"),
    "its author": ({"site_author": _TAG}, "site_author has markup"),
    "a title in the menu": ({"nav": ["index.md", {"a<script>x</script>": "cluster.md"}]}, "has markup"),
    "a group in the menu": ({"nav": ["index.md", {"a<b>": [{"c": "cluster.md"}]}]}, "has markup"),
    "what made it": ({"extra": {"generator": _TAG}}, "extra.generator has markup"),
    "where it counts": ({"extra": {"scope": '"</script><script>x'}}, "extra.scope has markup"),
    "a key": ({"extra": {"<b>x</b>": "y"}}, "extra has markup"),
    "its picture": ({"theme": read_config()["theme"] | {"favicon": _TAG}}, "theme.favicon has markup"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_text_of_the_sites_file_is_plain(sample: Site, what: str) -> None:
    changed, words = TEXTS[what]
    write_config(read_config() | {"nav": ["index.md", "cluster.md", "proof.md"]} | changed, sample.root)
    (error,) = strict.errors(sample.root)
    assert words in error.what
    assert (error.where or "").startswith("mkdocs.yml:")
    assert "plain words" in (error.fix or "")


def test_addresses_that_are_right(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    right: dict[str, Any] = {
        "site_url": "http://[::1]:8000/a~b/",
        "repo_url": "https://forge.example/team/guide",
        "edit_uri": "edit/main/docs/",
        "nav": ["index.md", "cluster.md", "proof.md", {"x": "mailto:a@b.test"}, {"y": "//x.test/?a=b&c=d#e"}],
        "extra": {
            "homepage": "../",
            "social": [{"icon": "fontawesome/brands/mastodon", "link": "https://x.test/@a"}],
        },
    }
    write_config(read_config() | right, sample.root)
    monkeypatch.setenv(addresses.REPOSITORY, "https://forge.example:8443/team/guide/")
    assert list(reach.errors(reach.settings(sample.root), sample.root)) == []
    assert (
        addresses.link("?query=root&path=")
        == addresses.link("https://x.test/#/{path}".format(path="x"))
        == ""
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [(addresses.REPOSITORY, '"><script>x</script>'), ("SITE_URL", "https://a:b@x.test/")],
)
def test_mkdocs_itself_publishes_none(
    sample: Site, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = sample.output / "kept"
    kept.parent.mkdir(parents=True)
    kept.touch()
    monkeypatch.setenv(variable, value)
    assert any(variable in each for each in sample.build())
    assert [path.name for path in sample.output.iterdir()] == ["kept"]


def test_no_server_and_no_edition_begins_with_one(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://[")
    monkeypatch.setattr(serving, "ROOT", sample.root)
    monkeypatch.setattr(serving, "_run", lambda _command: pytest.fail("it began"))
    with pytest.raises(UserError, match="SITE_URL"):
        serving.serve(0)
    with pytest.raises(UserError, match="SITE_URL"), edition(Project(sample.root)):
        pass


def test_what_the_theme_makes_a_link_of_is_looked_at_too(sample: Site) -> None:
    """The check of what came out: whatever setting it came from."""
    (sample.root / "theme/partials/copyright.html").write_text('<a href="javascript:x()">x</a>', "utf-8")
    said = sample.build()
    assert any("javascript: is not allowed" in each for each in said)


@pytest.mark.parametrize("said", ["", "yesterday", "1e3", "9" * 30, "-" + "9" * 30, "\udcff"])
def test_a_day_of_the_environment_that_is_none_is_refused(
    sample: Site, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", said)
    (error,) = reach.refused(sample.root)
    assert error.where == "the variable SOURCE_DATE_EPOCH of the environment"
    assert error.fix
    with pytest.raises(UserError, match="SOURCE_DATE_EPOCH"), edition(Project(sample.root)):
        pass
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764460800")
    assert reach.refused(sample.root) == []
