"""What the configuration of other people's sites says: folders, includes, tags; and what it may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from walkthrough.errors import UserError
from walkthrough.pages.loading import load_all
from walkthrough.project import Project

STEP = "```{.bash .step #a}\necho a\n```\n"
SITE = """\
site_name: x
nav: [index.md]
markdown_extensions: [attr_list, abbr, pymdownx.superfences, pymdownx.highlight, SNIPPETS]
"""


def site(root: Path, files: dict[str, str], snippets: str = "pymdownx.snippets", more: str = "") -> Project:
    for name, text in {"mkdocs.yml": SITE.replace("SNIPPETS", snippets) + more, **files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Project.of(root)


def bodies(project: Project) -> list[str]:
    pages = load_all(project)
    assert pages.errors == [], "\n".join(map(str, pages.errors))
    return [block.body for block in pages.blocks(project.primary)]


def includes(*folders: str) -> str:
    return f"extra: {{walkthrough: {{includes: {list(folders)}}}}}\n"


def test_pages_may_lie_in_another_folder(tmp_path: Path) -> None:
    project = site(tmp_path, {"pages/index.md": STEP}, more="docs_dir: pages\n")
    assert bodies(project) == ["echo a\n"]


@pytest.mark.parametrize("folder", ["../docs", "/etc", ".", ".git", "a/../..", "a//b", "''"])
def test_a_folder_that_leads_out_or_is_hidden(tmp_path: Path, folder: str) -> None:
    for more in (f"docs_dir: {folder}\n", includes(folder.strip("'"))):
        with pytest.raises(UserError, match="cannot stand here") as raised:
            load_all(site(tmp_path, {"docs/index.md": STEP}, more=more))
        assert raised.value.where == "mkdocs.yml:4"


def test_a_site_says_which_folders_its_pages_include(tmp_path: Path) -> None:
    page = '```{.bash .step #a}\n--8<-- "a.sh:go"\n```\n'
    files = {"docs/index.md": page, "docs/a.sh": "# --8<-- [start:go]\necho a\n# --8<-- [end:go]\necho b\n"}
    based = "{pymdownx.snippets: {base_path: [docs]}}"
    assert bodies(site(tmp_path, files, based, includes("docs"))) == ["echo a\n"]
    (error,) = load_all(site(tmp_path, files, based)).errors
    assert "lies outside of snippets/ and manifests/" in error.what
    assert error.fix
    assert "extra: {walkthrough: {includes: […]}}" in error.fix


def test_a_folder_of_includes_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    page = '```{.bash .step #a}\n--8<-- "more/a.sh"\n```\n'
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.sh").write_text("echo a\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/more").symlink_to(tmp_path / "outside")
    (error,) = load_all(site(tmp_path / "site", {"docs/index.md": page}, more=includes("more"))).errors
    assert "cannot be included" in error.what


def test_what_is_appended_to_each_page_has_a_place(tmp_path: Path) -> None:
    files = {"docs/index.md": STEP, "words/words.md": "*[a]: b\n"}
    append = "{pymdownx.snippets: {auto_append: [words/words.md]}}"
    assert bodies(site(tmp_path, files, append, includes("words"))) == ["echo a\n"]
    (error,) = load_all(site(tmp_path, files, append)).errors
    assert "words/words.md cannot be included" in error.what
    assert str(error.where) == "mkdocs.yml:1"


def test_a_file_that_inherits_says_so(tmp_path: Path) -> None:
    files = {"base.yml": "nav: [index.md]\n", "docs/index.md": STEP}
    with pytest.raises(UserError, match="inherits from another file") as raised:
        load_all(site(tmp_path, files, more="INHERIT: base.yml\n"))
    assert raised.value.where == "mkdocs.yml:4"


def test_a_tag_that_most_sites_have_and_one_that_would_run_something(tmp_path: Path) -> None:
    slugs = "{toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}}"
    project = site(tmp_path, {"docs/index.md": STEP}, f"pymdownx.snippets, {slugs}")
    assert bodies(project) == ["echo a\n"]
    ran = tmp_path / "ran"
    for call in ("os.system", "pymdownx.snippets.SnippetExtension", "pymdownx.slugs.slugify.x"):
        more = f"x: !!python/object/apply:{call} ['touch {ran}']\n"
        with pytest.raises(UserError, match=r"the tag .* is not known here"):
            load_all(site(tmp_path, {"docs/index.md": STEP}, more=more))
    assert not ran.exists()
