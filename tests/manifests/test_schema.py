"""The first depth: what the schemas say, at which line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guide import upstream
from guide.manifests import catalogue, schema_errors
from guide.manifests.catalogue import Catalogue, Kind
from guide.manifests.schema import Kinds
from walkthrough.errors import UserError

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: nyan
spec:
  containers:
    - name: nginx
      image: docker.io/library/nginx:1.29
      ports:
        - containerPort: 8080
      resources:
        limits: {memory: 64Mi, cpu: 0.5}
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cats.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Cat, plural: cats}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [colour]
              properties:
                colour: {type: string, enum: [pink, grey]}
                lives: {x-kubernetes-int-or-string: true}
                tail: {type: string, nullable: true}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                nothing: {type: object}
                either:
                  type: object
                  properties: {a: {type: string}, b: {type: string}}
                  oneOf: [{required: [a]}, {required: [b]}]
"""
CAT = """\
apiVersion: example.org/v1
kind: Cat
metadata: {name: nyan}
spec: {colour: pink, lives: 9, free: {any: thing}, tail: null}
"""


@pytest.fixture(scope="module")
def kubernetes() -> Catalogue:
    return catalogue.kubernetes()


@pytest.fixture
def kinds(kubernetes: Catalogue) -> Kinds:
    return Kinds(kubernetes | catalogue.from_definitions(DEFINITION, "cats.yaml"), [])


@pytest.fixture
def found(tmp_path: Path, kinds: Kinds) -> Callable[..., list[str]]:
    """What is wrong with the files: ``name:line what``."""

    def check(**files: str) -> list[str]:
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        errors = schema_errors(tmp_path, kinds=kinds)
        return [f"{(error.where or '').removeprefix(f'{tmp_path}/')} {error.what}" for error in errors]

    return check


Found = Callable[..., list[str]]


def test_what_is_right_passes(found: Found) -> None:
    assert found(pod=POD, cat=CAT, both=f"{POD}---\n{CAT}---\n") == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "      image:",
            "      imagePullPolcy: Always\n      image:",
            "8 spec.containers[0].imagePullPolcy is not",
        ),
        ("metadata:", "metdata:", "3 metdata is not a field"),
        (
            "- containerPort: 8080",
            "- hostPort: 80",
            "10 spec.containers[0].ports[0].containerPort is missing",
        ),
        (
            "8080",
            '"8080"',
            "10 spec.containers[0].ports[0].containerPort is '8080' and must be of type integer",
        ),
        ("64Mi", "64Mib", "12 spec.containers[0].resources.limits.memory is '64Mib' and not an amount"),
        ("64Mi", "[1]", "12 spec.containers[0].resources.limits.memory is a list and not an amount"),
        ("  name: nyan\n", "  name:\n", "4 metadata.name is empty and must be of type string"),
        ("  name: nyan\n", "  name: nyan\n  name: cat\n", "5 name stands twice"),
        ("  name: nyan\n", "  name: nyan\n  labels: {on: true}\n", "5 metadata.labels.True is True"),
        ("kind: Pod", "kind: Pood", "2 no schema is known for v1 Pood"),
        ("apiVersion: v1", "apiVersion: v2", "2 no schema is known for v2 Pod"),
        ("kind: Pod\n", "", "1 a manifest must say its apiVersion and kind"),
        ("kind: Pod", "kind: Pod: x", "2 this is not YAML"),
        ("  name: nyan\n", "  <<: {name: nyan}\n", "4 this key is not a plain word"),
    ],
)
def test_a_slip_is_named_at_its_line(found: Found, old: str, new: str, finding: str) -> None:
    assert old in POD
    errors = found(pod=POD.replace(old, new, 1))
    assert len(errors) == 1
    assert errors[0].startswith(f"pod.yaml:{finding}")


def test_a_slip_in_a_later_document_is_named_at_its_line(found: Found) -> None:
    assert found(pods=f"{POD}---\n{POD.replace('kind: Pod', 'kind: Pdo')}") == [
        f"pods.yaml:{POD.count(chr(10)) + 3} no schema is known for v1 Pdo"
    ]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("colour: pink", "color: pink", "4 spec.color is not a field of spec"),
        ("colour: pink", "colour: red", "4 spec.colour is 'red'"),
        ("lives: 9", "lives: 9.5", "4 spec.lives is 9.5 and must be of type integer or string"),
        ("tail: null", "tail: 1", "4 spec.tail is 1 and must be of type string or null"),
        ("lives: 9", "nothing: {some: thing}", "4 spec.nothing.some is not a field"),
        ("lives: 9", "either: {c: d, a: b}", "4 spec.either.c is not a field"),
        ("lives: 9", "either: {a: b, b: c}", "4 spec.either is a mapping and fits none of what is allowed"),
        ("{name: nyan}", "{nmae: nyan}", "3 metadata.nmae is not a field of metadata"),
    ],
)
def test_custom_resources_are_as_strict(found: Found, old: str, new: str, finding: str) -> None:
    errors = found(cat=CAT.replace(old, new, 1))
    assert any(error.startswith(f"cat.yaml:{finding}") for error in errors), errors


def test_the_fix_offers_the_nearest_name(tmp_path: Path, kinds: Kinds) -> None:
    (tmp_path / "pod.yaml").write_text(POD.replace("containers:", "contaners:"))
    errors = schema_errors(tmp_path, kinds=kinds)
    assert [error.fix for error in errors] == ["add the field containers", "did you mean containers?"]


def test_dates_are_strings_as_kubernetes_reads_them(found: Found) -> None:
    labelled = POD.replace("  name: nyan\n", "  name: nyan\n  labels: {since: 2026-11-23}\n")
    assert found(pod=labelled) == []


def test_files_that_are_empty_or_of_another_suffix_are_named(found: Found, tmp_path: Path) -> None:
    (tmp_path / "pod.yml").write_text(POD)
    assert found(empty="# nothing\n") == ["empty.yaml the file is empty", "pod.yml manifests end in .yaml"]


KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - pod.yaml
"""


def inline(patch: str) -> str:
    """A kustomization's end with an inline patch, whose text begins on line 7."""
    return "patches:\n  - patch: |-\n" + "".join(f"      {line}\n" for line in patch.splitlines())


@pytest.mark.parametrize(
    ("more", "finding"),
    [
        ("namespace: nyan\n", None),
        ("namespce: nyan\n", "5 namespce is not a field"),
        ("bases: [../b]\n", "5 bases is not a field"),
        ("  - none.yaml\n", "5 there is no none.yaml here"),
        ("  - https://example.org/a.yaml\n", "5 https://example.org/a.yaml would be fetched again"),
        ("configMapGenerator:\n  - name: page\n    files:\n      - a.html\n", "8 there is no a.html here"),
        ("patches:\n  - path: none.yaml\n", "6 there is no none.yaml here"),
        (inline("apiVersion: v1\nkind: Pod\nspec:\n  conts: []"), "10 spec.conts is not a field"),
        (inline("apiVersion: v1\nkind: Pod\nspec:\n  $patch: delete"), None),
        (inline("apiVersion: v1\nkind: Pod\nspec: null"), None),
        (inline("metadata:\n  name: x"), "7 a patch must say its apiVersion and kind"),
        (inline("- op: ad\n  path: /spec\n  value: 1"), "7 [0].op is 'ad'"),
        (inline("- op: add\n  path: spec"), "8 [0].path: 'spec' does not match"),
        (inline("a: b: c"), "7 this is not YAML"),
    ],
)
def test_kustomizations(found: Found, more: str, finding: str | None) -> None:
    errors = found(app__kustomization=KUSTOMIZATION + more, app__pod=POD)
    if finding is None:
        assert errors == []
    else:
        assert len(errors) == 1
        assert errors[0].startswith(f"app/kustomization.yaml:{finding}")


def test_a_patch_in_a_file_may_be_partial_and_a_generated_file_may_be_anything(found: Found) -> None:
    more = "patches: [{path: patch.yaml}]\n"
    more += "configMapGenerator: [{name: settings, files: [a=settings.yaml]}]\n"
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: 2}\n"
    files = {"app__kustomization": KUSTOMIZATION + more, "app__pod": POD, "app__settings": "colour: pink\n"}
    assert found(**files, app__patch=patch) == []
    assert found(**files, app__patch=patch.replace("replicas", "replcas")) == [
        "app/patch.yaml:4 spec.replcas is not a field of spec"
    ]


def test_without_the_upstream_definitions_it_says_so_and_does_not_pass(
    tmp_path: Path, kubernetes: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A closed port of this machine stands in for a network that is not there.
    url = "https://127.0.0.1:9/cats.yaml"
    lock = tmp_path / "upstream.lock"
    lock.write_text(f"{'a' * 64}  {url}\n")
    monkeypatch.setenv("GUIDE_UPSTREAM", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cat.yaml").write_text(CAT)
    (error,) = schema_errors(tmp_path, kinds=Kinds(kubernetes, [url], lock))
    assert url in error.what
    assert "cannot be fetched" in error.what
    assert error.where == f"{tmp_path}/cat.yaml:2"


def test_kubernetes_own_kinds_are_all_there_and_strict(kubernetes: Catalogue) -> None:
    for kind in (
        Kind("apps/v1", "Deployment"),
        Kind("v1", "Namespace"),
        Kind("networking.k8s.io/v1", "Ingress"),
    ):
        validator = kubernetes.validator(kind)
        assert validator.is_valid(
            {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": "x"}}
        )
        assert not validator.is_valid({"apiVersion": kind.api_version, "kind": kind.kind, "meta": {}})


def test_the_catalogue_survives_its_cache(kubernetes: Catalogue) -> None:
    assert Catalogue.loads(kubernetes.dumps()) == kubernetes


def test_a_definition_that_is_not_served_is_no_schema() -> None:
    assert (
        catalogue.from_definitions(DEFINITION.replace("served: true", "served: false"), "cats.yaml").kinds
        == {}
    )


def test_the_pinned_upstream_definitions_give_schemas() -> None:
    pins = upstream.lock()
    urls = [url for url in catalogue.used_addresses() if url in pins]
    assert urls
    kinds = catalogue.custom(urls).kinds
    assert Kind("cert-manager.io/v1", "ClusterIssuer") in kinds
    assert Kind("cert-manager.io/v1", "Certificate") in kinds


def test_go_is_named_when_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from guide.sandbox import toolchain

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "ELSEWHERE", ())
    with pytest.raises(UserError, match="Kubernetes' schemas come in its Go module") as caught:
        catalogue.kubernetes()
    assert caught.value.fix is not None
    assert "install Go" in caught.value.fix
