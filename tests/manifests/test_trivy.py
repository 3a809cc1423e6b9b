"""Trivy has nothing to say of the manifests that the guide does not answer for on the page of tips."""

from __future__ import annotations

import json
import os
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from guide.manifests.rendering import Renderer
from guide.paths import MANIFESTS, SNIPPETS
from guide.sandbox.binaries import ensure
from walkthrough.progress import Progress

#: What a step brings into a kustomization later.
LATER = ("toolbox/everyday.yaml", "apps/images.yaml")

#: What others build on, and nobody applies as it is: it is looked at in what is built.
BASES = ("base",)

PRIVILEGED = """\
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: lab}
spec:
  containers:
  - name: bad
    image: docker.io/curlimages/curl:8.16.0
    securityContext: {privileged: true}
"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for each kustomization, named as the step of the tips names it."""
    folder = tmp_path_factory.mktemp("rendered")
    with Progress() as progress:
        renderer = Renderer(ensure(["kustomize"], progress)["kustomize"], progress)
        for file in sorted(MANIFESTS.rglob("kustomization.yaml")):
            if file.parent.name in BASES:
                continue
            name = str(file.parent.relative_to(MANIFESTS)).replace("/", "-")
            (folder / f"{name}.yaml").write_text(yaml.safe_dump_all(renderer.render(file.parent)))
    for later in map(Path, LATER):
        with (folder / f"{later.parent}.yaml").open("a") as known:
            known.write(f"---\n{(MANIFESTS / later).read_text()}")
    return folder


@pytest.fixture(scope="module")
def ignored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list as the step writes it."""
    home = tmp_path_factory.mktemp("home")
    step = SNIPPETS / "tips/trivy-ignore.sh"
    subprocess.run(["bash", "-e", step], env={"HOME": str(home), "PATH": os.environ["PATH"]}, check=True)
    return home / "platform/trivy/ignore.yaml"


def scan(folder: Path, ignored: Path | None = None) -> list[dict[str, Any]]:
    with Progress() as progress:
        trivy = ensure(["trivy"], progress)["trivy"]
    options = ["--skip-check-update", "--quiet", "--format", "json", "--ignorefile", ignored or os.devnull]
    done = subprocess.run([trivy, "config", *options, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)["Results"]
    return results


def found(results: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {
        (one["ID"], result["Target"])
        for result in results
        for one in result.get("Misconfigurations") or []
        if one["Status"] == "FAIL"
    }


@pytest.mark.sandbox
def test_every_finding_is_listed(rendered: Path, ignored: Path) -> None:
    results = scan(rendered, ignored)
    assert {result["Target"] for result in results} == {file.name for file in rendered.iterdir()}
    assert found(results) == set()


@pytest.mark.sandbox
def test_every_row_of_the_list_is_a_finding(rendered: Path, ignored: Path) -> None:
    there = found(scan(rendered))
    rows = yaml.safe_load(ignored.read_text())["misconfigurations"]
    assert len(rows) > 10
    assert all(row["statement"] for row in rows)
    idle = [
        (row["id"], path)
        for row in rows
        # Recipes of images are no manifests.
        if not row["id"].startswith("DS-")
        for path in row.get("paths", ["*"])
        if not any(row["id"] == name and fnmatch(target, path) for name, target in there)
    ]
    assert idle == []


@pytest.mark.sandbox
def test_a_new_manifest_brings_no_finding_unseen(ignored: Path, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(PRIVILEGED)
    assert ("KSV-0017", "new.yaml") in found(scan(tmp_path, ignored))
