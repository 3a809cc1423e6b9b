"""The guide's own manifests: pinned, the same everywhere, and no looser than the products need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from guide import upstream
from guide.manifests import schema_errors, used_addresses
from guide.manifests.rendering import Renderer
from guide.manifests.vendored import SUMS, vendored
from guide.paths import DOCS, MANIFESTS, ROOT, SNIPPETS
from guide.sandbox.binaries import ensure
from walkthrough.inputs import yamlfile
from walkthrough.progress import Progress

VERSIONS: dict[str, dict[str, str]] = yaml.safe_load(
    (MANIFESTS / "versions.yaml").read_text(encoding="utf-8")
)
#: How a product's version looks where it is used. One group: the version, as versions.yaml has it.
USES = {
    "microk8s": (r"--channel[= ](\d\S+)", "channel"),
    "multipass": (r"multipass launch(?: --?\S+(?: [^-\s]\S*)?)* (\d\d\.\d\d)\b", "image"),
    "cert-manager": (r"github\.com/cert-manager/cert-manager/releases/download/([^/]+)/", "version"),
    "nginx-ingress": (r"githubusercontent\.com/nginx/kubernetes-ingress/v([^/]+)/", "version"),
    "argocd": (r"argoproj/argo-cd/(?:releases/download/)?(v[\d.]+)\b", "version"),
    "hadolint": (r"hadolint/hadolint(?::|/releases/download/)v([\d.]+)", "version"),
    "kaniko": (r"plugins/kaniko:([\d.]+)", "version"),
    "alpine-git": (r"alpine/git:([\d.]+)", "version"),
    "trivy": (r"aquasec/trivy:([\d.]+)", "version"),
    "k9s": (r"github\.com/derailed/k9s/releases/download/(v[\d.]+)\b", "version"),
}
#: Pods that talk to the cluster's API, and so have a token: the runner asks it for the pods of the builds.
TALK_TO_THE_API = {"Deployment controller", "Deployment drone-runner", "Deployment verifier"}


class Place(NamedTuple):
    """A line of a file that readers meet."""

    where: str
    text: str


def lines(*folders: Path) -> Iterator[Place]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            known = path.suffix in (".yaml", ".sh", ".ps1", ".out", ".md") or path.name in (
                SUMS,
                "Dockerfile",
                "images.env",
            )
            if known and path.is_file():
                for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                    yield Place(f"{path.relative_to(ROOT)}:{number}", text)


def resources() -> Iterator[tuple[str, Any]]:
    """The manifests that are ours, by name; patches are not among them."""
    for path in sorted(MANIFESTS.rglob("*.yaml")):
        if path.name in ("versions.yaml", "kustomization.yaml"):
            continue
        for document in yamlfile.load(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))):
            kind, name = document.data["kind"], document.data["metadata"]["name"]
            yield f"{document.file}:{document.line(())} {kind} {name}", document.data


RESOURCES = dict(resources())
RESOURCES_BY_KIND = {" ".join(name.split()[-2:]): data for name, data in RESOURCES.items()}
PODS = {
    name: (data["spec"]["jobTemplate"] if data["kind"] == "CronJob" else data)["spec"]["template"]["spec"]
    for name, data in RESOURCES.items()
    if data["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
}
CONTAINERS = {
    f"{name}, container {container['name']}": (pod, container)
    for name, pod in PODS.items()
    for container in (*pod["containers"], *pod.get("initContainers", ()))
}


def test_every_manifest_fits_its_schema_also_as_rendered() -> None:
    with Progress() as progress:
        renderer = Renderer(ensure(["kustomize"], progress)["kustomize"], progress)
        assert [str(error) for error in schema_errors(renderer=renderer)] == []


@pytest.mark.parametrize("product", USES)
def test_a_version_is_the_pinned_one_wherever_it_is_used(product: str) -> None:
    pattern, key = USES[product]
    used = {
        place.where: found
        for place in lines(MANIFESTS, SNIPPETS, DOCS)
        for found in re.findall(pattern, place.text)
    }
    assert used, f"nothing uses {product}: fix the pattern, or take the product away"
    assert {where: found for where, found in used.items() if found != VERSIONS[product][key]} == {}


def test_images_are_those_of_the_versions_and_each_is_used() -> None:
    pinned = {row["image"] for row in VERSIONS.values() if "/" in row.get("image", "")}
    assert {container["image"] for _, container in CONTAINERS.values()} == pinned
    for row in VERSIONS.values():
        if "/" in row.get("image", ""):
            assert row["image"].endswith(f":{row['version']}")


def test_the_sandbox_runs_the_kubernetes_that_the_guide_pins() -> None:
    found = re.search(r"^\s*k8s\.io/kubernetes v(\d+\.\d+)", (ROOT / "sandbox/go.mod").read_text(), re.M)
    assert found is not None
    assert found[1] == VERSIONS["microk8s"]["version"]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_pages_name_products_that_are_pinned(language: str) -> None:
    pages = list((DOCS / language).rglob("*.md"))
    assert pages
    for path in pages:
        front = next(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        assert set(front.get("products") or ()) <= set(VERSIONS), path


def test_every_upstream_manifest_in_use_is_pinned_and_is_what_was_pinned() -> None:
    used = used_addresses()
    assert used
    for url in used:
        assert upstream.digest_of(upstream.fetch(url)) == upstream.lock()[url]


def test_every_upstream_manifest_is_in_a_kustomization_of_its_own() -> None:
    sums = sorted(MANIFESTS.rglob(SUMS))
    assert sums
    for path in sums:
        folder = path.parent.parent
        resources = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
        assert [name for name in vendored(folder) if name not in resources] == [], path


def test_nothing_is_latest() -> None:
    # An image or a download whose meaning changes under the reader.
    loose = re.compile(r":latest\b|/latest/|/(master|main|HEAD)/|@latest\b", re.I)
    assert [place for place in lines(MANIFESTS, SNIPPETS) if loose.search(place.text)] == []


def test_no_step_switches_verification_off() -> None:
    # Pages may name these to warn against them; nothing that runs or is applied may have them.
    off = re.compile(
        r"--insecure|insecure[-_](registry|pull)"
        r"|(?<!\w)curl\b[^|;&]*\s-[a-zA-Z]*k[a-zA-Z]*\b|--no-check-certificate|skip[-_]?(tls[-_]?)?verify"
        r"|insecureSkipVerify|InsecureSkipTLSVerify|sslVerify[= ]*false|StrictHostKeyChecking[= ]no"
        r"|SkipCertificateCheck|NODE_TLS_REJECT_UNAUTHORIZED|--allow-unauthenticated|--trusted-host",
        re.I,
    )
    for bad in (
        "curl -k x",
        "curl -sk x",
        "curl --insecure x",
        "insecureSkipVerify: true",
        "insecure_registry: registry.test",
        "skip_tls_verify: true",
    ):
        assert off.search(bad), bad
    for good in ("curl --cacert ca.crt https://x", "microk8s kubectl get", "curl -fsS x | kubectl -k ."):
        assert not off.search(good), good
    assert [place for place in lines(MANIFESTS, SNIPPETS) if off.search(place.text)] == []


#: curl's options since 7.82, of its docs/options-in-versions: Ubuntu 22.04 has 7.81.
NEW_IN_CURL = re.compile(
    r"--(ca-native|dump-ca-embed|ech|expand-\w+|haproxy-clientip|http3-only|ip-tos|ipfs-gateway|json|keepalive-cnt"
    r"|mptcp|no-clobber|proxy-ca-native|proxy-http2|rate|remove-on-error|request-mode|skip-existing|ssl-sessions"
    r"|tls-earlydata|trace-config|trace-ids|url-query|variable|vlan-priority)(?![\w-])"
)


def test_curl_is_asked_for_nothing_that_ubuntu_22_04_lacks() -> None:
    # gitea_api and drone_api pass on what they are given.
    calls = re.compile(r"\bcurl\b|_api\b|^\s+-")
    used = [place for place in lines(SNIPPETS) if calls.search(place.text) and NEW_IN_CURL.search(place.text)]
    assert used == []


def test_nginx_speaks_http_1_only() -> None:
    """A reload of NGINX cuts HTTP/2 connections, or keeps them with the old configuration (0602)."""
    assert [place for place in lines(MANIFESTS) if re.search(r"\bhttp2\b", place.text)] == []


@pytest.mark.parametrize("name", [name for name, data in RESOURCES.items() if data["kind"] == "Namespace"])
def test_namespaces_enforce_pod_security(name: str) -> None:
    labels = RESOURCES[name]["metadata"].get("labels", {})
    assert labels.get("pod-security.kubernetes.io/enforce") in ("restricted", "baseline")


@pytest.mark.parametrize("name", PODS)
def test_pods_are_confined(name: str) -> None:
    pod = PODS[name]
    context = pod["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] > 0
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    talks = " ".join(name.split()[-2:]) in TALK_TO_THE_API
    assert pod["automountServiceAccountToken"] is talks, "only what talks to the API has a token"
    assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_are_confined_and_bounded(name: str) -> None:
    _, container = CONTAINERS[name]
    context = container["securityContext"]
    assert context["allowPrivilegeEscalation"] is False
    assert context["readOnlyRootFilesystem"] is True
    assert context["capabilities"]["drop"] == ["ALL"]
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", [name for name in CONTAINERS if " CronJob " not in name])
def test_servers_say_when_they_are_ready(name: str) -> None:
    pod, container = CONTAINERS[name]
    if container in pod.get("initContainers", ()):
        return  # it ends before anybody could ask it
    if "ports" in container:
        assert "readinessProbe" in container
        assert "livenessProbe" in container
    else:
        # Nobody waits for what serves nothing; it must then be a command that just stays.
        assert container["command"][0] == "sleep"


def test_images_have_a_registry_and_a_tag() -> None:
    for name, (_, container) in CONTAINERS.items():
        assert re.fullmatch(
            r"[\w.-]+\.[a-z]+/[\w./-]+(:[\w.-]+(@sha256:[0-9a-f]{64})?)", container["image"]
        ), name


def placed_by(folder: Path) -> list[Any]:
    """The kustomization of a folder; of a base that several build on, theirs."""
    built_on = [
        kustomization
        for path in MANIFESTS.rglob("kustomization.yaml")
        if f"../{folder.name}" in (kustomization := yaml.safe_load(path.read_text("utf-8")))["resources"]
        and path.parent.parent == folder.parent
    ]
    return built_on or [yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", [name for name in RESOURCES if "Namespace" not in name])
def test_what_a_namespace_holds_is_placed_in_it_by_name_or_by_its_kustomization(name: str) -> None:
    data = RESOURCES[name]
    if data["kind"].startswith(("Cluster", "CustomResourceDefinition", "Validating")):
        assert "namespace" not in data["metadata"]
        return
    folder = ROOT / Path(name.partition(":")[0]).parent
    for kustomization in placed_by(folder):
        assert ("namespace" in data["metadata"]) != ("namespace" in kustomization), "in one of the two places"


def added_later(manifest: Path) -> bool:
    """Whether a step of a later chapter puts it into the kustomization beside it."""
    steps = [path.read_text(encoding="utf-8") for path in SNIPPETS.rglob("*.sh")]
    return any(
        f"- {manifest.name}" in step and f"{manifest.parent.name}/kustomization.yaml" in step
        for step in steps
    )


def test_every_manifest_is_applied_by_a_kustomization() -> None:
    manifests = list(MANIFESTS.glob("*/**/*.yaml"))
    assert manifests
    for path in manifests:
        if path.name != "kustomization.yaml":
            kustomization = yaml.safe_load((path.parent / "kustomization.yaml").read_text(encoding="utf-8"))
            assert path.name in kustomization["resources"] or added_later(path), path


def test_certificates_of_an_ingress_are_for_a_server() -> None:
    """By itself cert-manager gives them no extended key usage, and Apple's verification refuses them."""
    asked = {
        name: data["metadata"]["annotations"]
        for name, data in RESOURCES.items()
        if data["kind"] == "Ingress" and "tls" in data["spec"]
    }
    assert len(asked) >= 4
    for name, wishes in asked.items():
        usages = wishes.get("cert-manager.io/usages", "").split(",")
        assert "server auth" in [usage.strip() for usage in usages], name


APPLICATIONS = {name: data for name, data in RESOURCES.items() if data["kind"] == "Application"}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_follow_a_branch_by_its_full_name(name: str) -> None:
    # Of a short name Argo CD takes the first reference that has it, and whoever may push may make a tag.
    assert APPLICATIONS[name]["spec"]["source"]["targetRevision"] == "refs/heads/main"


def test_a_wait_is_for_one_thing() -> None:
    """kubectl 1.35, which the guide allows, waits for the last of several only (kubernetes#136855)."""
    wait = re.compile(r"\bkubectl wait\b(?:\\\n|[^\n|&;])*")
    found = [
        (path.relative_to(ROOT), command)
        for path in SNIPPETS.rglob("*.sh")
        for command in wait.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 10
    assert [place for place, command in found if command.count("--for") != 1] == []


def test_only_what_we_built_runs_where_others_push() -> None:
    """The API server's rule, in the one place that is out of reach of those who push to nyan."""
    rule = (MANIFESTS / "apps/images.yaml").read_text(encoding="utf-8")
    policy, binding = yaml.safe_load_all(rule)
    assert binding["spec"]["matchResources"]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "nyan"
    }
    assert binding["spec"]["policyName"] == policy["metadata"]["name"]
    assert binding["spec"]["validationActions"] == ["Deny"]
    assert policy["spec"].get("failurePolicy", "Fail") == "Fail"
    asked = {name for row in policy["spec"]["matchConstraints"]["resourceRules"] for name in row["resources"]}
    assert asked >= {"pods", "pods/ephemeralcontainers", "deployments"}
    variables = {row["name"]: row["expression"] for row in policy["spec"]["variables"]}
    everywhere = " ".join(variables.values())
    assert all(f".?{part}" in everywhere for part in ("initContainers", "ephemeralContainers", "volumes"))
    toolbox = RESOURCES_BY_KIND["Deployment toolbox"]["spec"]["template"]["spec"]["containers"][0]["image"]
    assert variables["toolbox"] == f'"{toolbox}"', "who.sh asks from a container of this image"
    digest = "a" * 64
    ours = re.compile(variables["ours"].strip('"'))
    assert ours.search(f"gitea.gitops.test/images/nyan@sha256:{digest}")
    for other in (
        "gitea.gitops.test/images/nyan:1.0",
        "gitea.gitops.test/images/nyan",
        f"gitea.gitops.test/images/nyan@sha256:{digest[1:]}",
        f"gitea.gitops.test/gitops/nyan@sha256:{digest}",
        f"docker.io/images/nyan@sha256:{digest}",
        f"docker.io/gitea.gitops.test/images/nyan@sha256:{digest}",
        f"giteaxgitops.test/images/nyan@sha256:{digest}",
    ):
        assert not ours.search(other), other


def test_the_cat_s_project_may_not_bring_what_rules_it() -> None:
    """A policy, a binding or a pod of its own, in whatever group."""
    spec = RESOURCES_BY_KIND["AppProject nyan"]["spec"]
    assert [row["kind"] for row in spec["clusterResourceWhitelist"]] == ["Namespace"]
    assert {row["kind"] for row in spec["namespaceResourceWhitelist"]} == {
        "ConfigMap",
        "Service",
        "Deployment",
        "Ingress",
    }
