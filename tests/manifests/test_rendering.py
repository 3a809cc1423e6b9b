"""Rendering kustomizations: once for the same input, anew for any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guide import upstream
from guide.manifests import used_addresses
from guide.manifests.rendering import Renderer
from guide.sandbox.binaries import ensure
from walkthrough.errors import UserError
from walkthrough.progress import Progress

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: pink}\n"


class Manifests:
    """A kustomization ``app`` that stands on ``base``, a neighbour, and a kustomize that counts its runs."""

    def __init__(self, root: Path, kustomize: Path) -> None:
        self.root = root
        self.program = root / "kustomize"
        self.kustomize = kustomize
        self.write("base/kustomization.yaml", HEAD + "resources: [settings.yaml]\n")
        self.write("base/settings.yaml", SETTINGS)
        self.write("app/kustomization.yaml", HEAD + "resources: [../base]\nnamePrefix: our-\n")
        self.write("neighbour/kustomization.yaml", HEAD + "resources: [../base]\n")
        self.install()

    def write(self, name: str, text: str) -> None:
        path = self.root / "manifests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def install(self, release: str = "") -> None:
        self.program.write_text(
            f'#!/bin/bash\n# {release}\necho run >> {self.root}/runs\nexec {self.kustomize} "$@"\n'
        )
        self.program.chmod(0o755)

    @property
    def runs(self) -> int:
        runs = self.root / "runs"
        return len(runs.read_text().splitlines()) if runs.exists() else 0

    def names(self, folder: str = "app") -> list[str]:
        """The names of what comes out, asked of a renderer that knows nothing yet."""
        with Progress() as progress:
            rendered = Renderer(self.program, progress).render(self.root / "manifests" / folder)
        return [manifest["metadata"]["name"] for manifest in rendered]


@pytest.fixture
def manifests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manifests:
    with Progress() as progress:
        kustomize = ensure(["kustomize"], progress)["kustomize"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Manifests(tmp_path, kustomize)


def test_the_same_is_rendered_once(manifests: Manifests) -> None:
    assert manifests.names() == manifests.names() == ["our-settings"]
    assert manifests.runs == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda some: some.write("app/kustomization.yaml", HEAD + "resources: [../base]\nnamePrefix: new-\n"),
        lambda some: some.write("base/settings.yaml", SETTINGS.replace("settings", "others")),
        lambda some: some.write("base/new.txt", "what a generator may read\n"),
        lambda some: some.install(release="the next one"),
    ],
    ids=["its own file", "a file of what it stands on", "one file more", "the program"],
)
def test_what_goes_into_it_is_rendered_anew(
    manifests: Manifests, change: Callable[[Manifests], None]
) -> None:
    before = manifests.names()
    change(manifests)
    after = manifests.names()
    assert manifests.runs == 2
    assert len(before) == len(after) == 1


def test_a_change_comes_out(manifests: Manifests) -> None:
    manifests.names()
    manifests.write("base/settings.yaml", SETTINGS.replace("settings", "others"))
    assert manifests.names() == ["our-others"]


def test_a_neighbour_does_not_matter(manifests: Manifests) -> None:
    manifests.names()
    manifests.write("neighbour/kustomization.yaml", HEAD + "resources: [../base]\nnamePrefix: x-\n")
    manifests.names()
    assert manifests.runs == 1


def test_what_is_refused_is_refused_again(manifests: Manifests) -> None:
    patch = "patches:\n  - {target: {kind: ConfigMap}, patch: '[{op: remove, path: /spec}]'}\n"
    manifests.write("app/kustomization.yaml", HEAD + "resources: [../base]\n" + patch)
    for _ in range(2):
        with pytest.raises(UserError, match="kustomize refuses it") as caught:
            manifests.names()
        assert caught.value.where == f"{manifests.root}/manifests/app/kustomization.yaml"
    assert manifests.runs == 2


def test_an_address_is_not_rendered(manifests: Manifests) -> None:
    manifests.write("base/kustomization.yaml", HEAD + "resources: ['https://example.org/a.yaml']\n")
    with pytest.raises(UserError, match="is an address"):
        manifests.names()
    assert manifests.runs == 0


#: git takes an option for what it shall fetch, and runs what is to answer at the other end.
RUNS = "file:///nowhere//x?ref=--upload-pack%3Dtouch%20{place}%3B%20false"


@pytest.mark.parametrize("field", ["bases", "transformers", "generators", "validators"])
def test_an_address_in_what_it_stands_on_runs_nothing(
    manifests: Manifests, tmp_path: Path, field: str
) -> None:
    place = tmp_path / "it-ran"
    told = HEAD + f"resources: [settings.yaml]\n{field}: ['{RUNS.format(place=place)}']\n"
    manifests.write("base/kustomization.yaml", told)
    with pytest.raises(UserError, match=r"kustomize refuses it: (.|\n)*no 'git' program"):
        manifests.names()
    assert manifests.runs == 1
    assert not place.exists()


@pytest.mark.parametrize("field", ["openapi: {path: URL}", "patches: [{path: URL}]"])
def test_what_kustomize_would_fetch_by_itself_is_not_asked_for(manifests: Manifests, field: str) -> None:
    told = HEAD + "resources: [settings.yaml]\n" + field.replace("URL", "'http://example.test/x.yaml'") + "\n"
    manifests.write("base/kustomization.yaml", told)
    with pytest.raises(UserError, match="proxyconnect"):
        manifests.names()


def test_what_the_reader_fetches_is_rendered_but_only_what_was_pinned(
    manifests: Manifests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {url: upstream.fetch(url).stat().st_size for url in used_addresses()}
    url = min(sizes, key=lambda url: sizes[url])
    name = url.rpartition("/")[2]
    manifests.write("base/kustomization.yaml", HEAD + f"resources: [upstream/{name}, settings.yaml]\n")
    manifests.write("base/upstream/SHA256SUMS", f"# {url}\n{upstream.lock()[url]}  {name}\n")
    rendered = manifests.names()
    assert "our-settings" in rendered
    assert len(rendered) > 1
    # What is known already is no reason to take what is not what was pinned.
    other = tmp_path / "upstream" / upstream.relative(url)
    other.parent.mkdir(parents=True)
    other.write_text(SETTINGS)
    monkeypatch.setenv("GUIDE_UPSTREAM", str(tmp_path / "upstream"))
    with pytest.raises(UserError, match="is not the file that was pinned"):
        manifests.names()
    assert manifests.runs == 1
