"""What the sandbox's stand-ins are held to: see sandbox/contracts.toml, which names these tests."""

from __future__ import annotations

import io
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from guide import contracts
from guide.paths import ROOT
from guide.pins.lockfile import Pin
from guide.sandbox import admission, image_table, layout, sources
from guide.sandbox.binaries import SANDBOX, Recipe, recipes
from guide.sandbox.components import API_ARGUMENTS
from guide.sandbox.configuration import files
from guide.sandbox.pki import Authority
from tests.pages import pages_of_this_repository
from walkthrough.machine.base import Options
from walkthrough.machine.registry import get_cluster
from walkthrough.progress import Progress

#: How the originals run, by the facts of the table. A pattern with a tag is for images that share a name.
ORIGINALS: dict[str, dict[str, Any]] = {
    "nginx/nginx-ingress": {"user": "101:101", "entrypoint": ["/nginx-ingress"]},
    # A name and no number: the kubelet cannot tell that it is not root.
    "docker.io/curlimages/curl": {"user": "curl_user"},
    "docker.io/nginxinc/nginx-unprivileged": {
        "user": "101:101",
        "ports": ["8080/tcp"],
        "stop-signal": "SIGQUIT",
    },
    "docker.gitea.com/gitea:*[0-9]": {"user": None, "ports": ["22/tcp", "3000/tcp"], "volumes": ["/data"]},
    "docker.gitea.com/gitea:*-rootless": {
        "user": "1000:1000",
        "workdir": "/var/lib/gitea",
        "volumes": ["/etc/gitea", "/var/lib/gitea"],
    },
    "docker.io/drone/drone": {"user": None, "volumes": ["/data"], "ports": ["80/tcp", "443/tcp"]},
    "docker.io/drone/drone-runner-kube": {"user": None, "ports": ["3000/tcp"]},
    "docker.io/alpine/git": {
        "user": None,
        "entrypoint": ["git"],
        "command": ["--help"],
        "workdir": "/git",
        "volumes": ["/git"],
    },
    "docker.io/restic/restic": {"user": None},
    "docker.io/plugins/kaniko": {"user": None, "workdir": "/workspace"},
    "public.ecr.aws/docker/library/redis": {"user": "999:1000", "workdir": "/data"},
    "docker.io/aquasec/trivy": {"user": None, "entrypoint": ["trivy"], "command": None},
    "docker.io/hadolint/hadolint": {"user": None, "command": ["/bin/hadolint", "-"]},
}
PINNED = Pin("quay.io/argoproj/argocd:v3.5.7", f"sha256:{'a' * 64}")


def module(program: str) -> Path:
    """The sources that a program of the sandbox is made of."""
    recipe = recipes()[program]
    assert isinstance(recipe, Recipe)
    with Progress(io.StringIO()) as progress:
        return sources.find(recipe, progress).path


def written(path: Path) -> str:
    """A file that the node's programs are given."""
    (found,) = (file for file in files(Authority("outside")) if file.path == path)
    return found.text


def test_every_replacement_has_contracts_and_every_contract_a_replacement() -> None:
    rows = get_cluster("sandbox", Options(name="unit"), Progress(io.StringIO())).replacements()
    # Whether the guide pins a digest is for its lock file to say.
    rows += admission.replacements([PINNED.image], [PINNED])
    replaced = {row.guide for row in rows}
    facts = contracts.load(ROOT)
    about = {name: {fact.of for fact in facts if fact.is_about(name)} for name in replaced}
    assert {name: found for name, found in about.items() if len(found) != 1} == {}
    assert {fact.of for fact in facts} == set().union(*about.values())


def test_every_test_is_there_and_every_pin() -> None:
    assert [str(error) for error in contracts.errors(ROOT, pages_of_this_repository())] == []


def test_most_facts_are_held() -> None:
    facts = contracts.load(ROOT)
    assert len(facts) >= 60
    assert sum(bool(fact.test) for fact in facts) >= 0.75 * len(facts)


@pytest.mark.parametrize("name", ORIGINALS)
def test_images_run_as_their_originals_do(name: str) -> None:
    pattern = name if ":" in name else f"{name}:*"
    rows = [row for row in image_table.Table().images if fnmatchcase(row["ref"], pattern)]
    assert rows
    for row in rows:
        assert {key: row.get(key) for key in ORIGINALS[name]} == ORIGINALS[name], row["ref"]


def test_drone_would_tell_datadog_about_itself() -> None:
    (row,) = (row for row in image_table.Table().images if row["ref"].startswith("docker.io/drone/drone:"))
    assert "DRONE_DATADOG_ENABLED=true" in row["env"]
    assert "DRONE_DATABASE_DATASOURCE=/data/database.sqlite" in row["env"]


def test_services_have_addresses_of_microk8s_own_range() -> None:
    arguments = written(API_ARGUMENTS).splitlines()
    assert "--service-cluster-ip-range=10.152.183.0/24" in arguments
    assert "--secure-port=16443" in arguments


def test_pods_start_with_the_pause_image_of_microk8s() -> None:
    plugins = tomllib.loads(written(layout.CONFIG / "containerd.toml"))["plugins"]
    assert plugins["io.containerd.cri.v1.images"]["pinned_images"] == {
        "sandbox": "registry.k8s.io/pause:3.10"
    }


def test_a_query_passes_the_plugins_in_coredns_own_order() -> None:
    text = (SANDBOX / "cmd/coredns/main.go").read_text()
    (given,) = re.findall(r"dnsserver\.Directives = \[\]string\{(.*?)\}", text, re.DOTALL)
    ours = re.findall(r'"(\w+)"', given)
    order = re.findall(r"^(\w+):", (module("coredns") / "plugin.cfg").read_text(), re.MULTILINE)
    assert len(ours) > 10
    assert ours == sorted(ours, key=order.index)


def test_argocd_brings_the_kustomize_of_its_release() -> None:
    versions = (module("argocd") / "hack/tool-versions.sh").read_text()
    (own,) = re.findall(r"^kustomize5_version=(\S+)", versions, re.MULTILINE)
    assert recipes()["kustomize"].version == f"v{own}"
