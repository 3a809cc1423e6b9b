"""A version in the text of a page is the pinned one."""

from __future__ import annotations

import pytest

from guide.versions import errors

from .conftest import SmallGuide

VERSIONS = """\
argocd: {title: Argo CD, version: v3.5.7}
cluster: {title: MicroK8s, version: "1.36", channel: 1.36/stable}
gitea: {title: Gitea, version: 1.27.3-rootless, image: "docker.gitea.com/gitea:1.27.3-rootless"}
cat: {title: Nyan Cat, version: HEAD}
"""


def found(guide: SmallGuide, text: str, versions: str = VERSIONS) -> list[tuple[str, str | None]]:
    guide.write("manifests/versions.yaml", versions)
    guide.page(text, languages=["nb"])
    return [(error.what, error.where) for error in errors(guide.project)]


def test_versions_that_are_pinned(guide: SmallGuide) -> None:
    text = "Argo CD 3.5.7, Argo CD v3.5, MicroK8s 1.36, Gitea versjon 1.27.3.\n\nNyan Cat 1.0, Gitea-1.2\n"
    assert found(guide, text) == []


@pytest.mark.parametrize("versions", ["- argocd\n", "argocd\n", "5\n", "argocd:\n", "argocd: [a]\n", ""])
def test_pins_that_are_no_table_pin_nothing(guide: SmallGuide, versions: str) -> None:
    assert found(guide, "Argo CD 3.5.6\n", versions) == []


def test_versions_that_are_not(guide: SmallGuide) -> None:
    text = "Here\n\nis Argo CD 3.5.6 and Argo CD's version 3.4.\n\n| Gitea 1.2 | MicroK8s 1.36.1 |\n"
    assert found(guide, text) == [
        ("Argo CD 3.5.6 is named, and v3.5.7 is pinned", "docs/nb/index.md:3"),
        ("Argo CD's version 3.4 is named, and v3.5.7 is pinned", "docs/nb/index.md:3"),
        ("MicroK8s 1.36.1 is named, and 1.36 is pinned", "docs/nb/index.md:5"),
        ("Gitea 1.2 is named, and 1.27.3-rootless is pinned", "docs/nb/index.md:5"),
    ]


def test_a_row_that_says_two_things_comes_first(guide: SmallGuide) -> None:
    versions = VERSIONS.replace("version: 1.27.3-rootless", "version: 1.28.0-rootless")
    assert found(guide, "Gitea 1.27.3\n", versions) == [
        (
            "gitea: the image is docker.gitea.com/gitea:1.27.3-rootless, and the version 1.28.0-rootless",
            "manifests/versions.yaml:3",
        ),
        ("Gitea 1.27.3 is named, and 1.28.0-rootless is pinned", "docs/nb/index.md:1"),
    ]
