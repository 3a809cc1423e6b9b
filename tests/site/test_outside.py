"""A page of a stranger is checked without harm: nothing of this machine gets onto the site or into a report.

Each row is something that a pull request could bring. ``guide check``'s reader and the site's build both
refuse it, and the secret is in neither what they say nor what the build has written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.site_support import Site
from walkthrough.inputs import places
from walkthrough.pages.loading import load_all
from walkthrough.project import Project

SECRET = "correct-horse-battery"
PAGES = ("docs/nb/cluster.md", "docs/en/cluster.md")


def includes(path: str, form: str = '--8<-- "{}"') -> Callable[[Path], object]:
    """The pages include a file that holds the secret."""

    def bring(root: Path) -> None:
        file = root / path.partition(":")[0]
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{SECRET}\n")
        for page in PAGES:
            with (root / page).open("a") as text:
                text.write(f'\n```{{.bash .skip #x reason="x"}}\n{form.format(path)}\n```\n')

    return bring


def then(*steps: Callable[[Path], object]) -> Callable[[Path], object]:
    def bring(root: Path) -> None:
        for step in steps:
            step(root)

    return bring


def outside(root: Path) -> Path:
    """A file that is none of the checkout's."""
    (root.parent / "outside").mkdir(exist_ok=True)
    (root.parent / "outside/page.md").write_text(f"---\ntitle: a\ndescription: b\n---\n{SECRET}\n")
    return root.parent / "outside/page.md"


def link(name: str, to: str | None = None, *, folder: bool = False) -> Callable[[Path], object]:
    """A symbolic link, to the file outside by default."""

    def bring(root: Path) -> None:
        target = outside(root)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(to or (target.parent if folder else target))

    return bring


def writes(name: str) -> Callable[[Path], object]:
    def bring(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(SECRET)

    return bring


def pipe(root: Path) -> None:
    os.mkfifo(root / "docs/assets/pipe.svg")


def elsewhere(root: Path) -> None:
    """The pages lie in another folder."""
    shutil.move(root / "docs", root / "other")
    config = root / "mkdocs.yml"
    config.write_text(f"{config.read_text('utf-8')}\ndocs_dir: other\n", "utf-8")


BRINGS = {
    "git's settings": includes(".git/config"),
    "git's settings, in a list": includes(".git/config", "--8<--\n{}\n--8<--"),
    "some lines of git's settings": includes(".git/config:1:1"),
    "what is installed": includes(".venv/pyvenv.cfg"),
    "what was built": includes("build/reports/tests.xml"),
    "a file of the top folder": includes("secrets.txt"),
    "the workflows": includes(".github/workflows/check.yml"),
    "a folder that looks like one that is allowed": includes("snippets-of-mine/x"),
    "through a folder that is allowed": then(includes("x/y"), includes("snippets/../x/y")),
    "by the whole path": lambda root: includes(str(outside(root)))(root),
    "upwards": then(outside, includes("../outside/page.md")),
    "a hidden file": includes("snippets/.env"),
    "a hidden folder": includes("manifests/.aws/credentials"),
    "a link": then(link("snippets/x.sh"), includes("snippets/x.sh")),
    "a link to a link": then(link("snippets/y.sh"), link("snippets/x.sh", "y.sh"), includes("snippets/x.sh")),
    "a link to a folder": then(link("snippets/x", folder=True), includes("snippets/x/page.md")),
    "through a snippet": then(
        writes("secrets.txt"),
        lambda root: (root / "snippets/x.sh").write_text('--8<-- "secrets.txt"\n'),
        includes("snippets/x.sh"),
    ),
    "a link in the assets": link("docs/assets/x.svg"),
    "a link that nothing names": link("manifests/x.yaml"),
    "a page that is a link": then(link("docs/nb/more.md"), link("docs/en/more.md")),
    "a folder of pages that is a link": then(
        link("docs/nb/more", folder=True), link("docs/en/more", folder=True)
    ),
    "a folder without end": link("docs/assets/up", ".."),
    "a link to the process": link("docs/assets/x.svg", "/proc/self/environ"),
    "a template that is a link": link("theme/partials/x.html"),
    "a picture that is a link": link("pictures/x.yaml"),
    "a pipe": pipe,
    "an include of a pipe": then(
        lambda root: os.mkfifo(root / "snippets/pipe.sh"), includes("snippets/pipe.sh")
    ),
    "another folder of pages": then(elsewhere, link("other/assets/x.svg")),
    "what is no page": writes("docs/nb/notes.txt"),
    "a program among the assets": writes("docs/assets/x.py"),
    "a dump among the assets": writes("docs/assets/dump.json"),
    "a page among the assets": writes("docs/assets/x.md"),
}


@pytest.mark.parametrize("what", BRINGS)
def test_nothing_of_this_machine_comes_to_light(sample: Site, what: str) -> None:
    BRINGS[what](sample.root)
    found = [*places.errors(sample.root, Project(sample.root).docs), *load_all(Project(sample.root)).errors]
    refused = [error for error in found if error.fix and SECRET not in str(error)]
    assert refused, "guide check lets it pass"
    assert len(refused) == len(found), "the secret is in an error"
    said = "\n".join(sample.build())
    assert said, "the site is built"
    assert SECRET not in said
    written = [path for path in sample.output.rglob("*") if path.is_file()] if sample.output.exists() else []
    assert not [path for path in written if SECRET.encode() in path.read_bytes()]


def test_a_link_within_its_folder_is_fine(sample: Site) -> None:
    (sample.root / "snippets/again.sh").symlink_to("wait.sh")
    assert list(places.errors(sample.root)) == []
    includes("snippets/again.sh")(sample.root)
    assert sample.build() == []


def test_a_checkout_that_a_link_leads_to_is_fine(sample: Site, tmp_path: Path) -> None:
    (tmp_path / "by a link").symlink_to(sample.root)
    project = Project(tmp_path / "by a link")
    assert list(places.errors(project.root)) == []
    assert not [error for error in load_all(project).errors if "cannot be included" in error.what]
