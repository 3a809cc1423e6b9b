"""NetworkPolicies are read as Kubernetes reads them, and say the same as the table that came from asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.manifests.policies import Address, End, Pod, Policies
from guide.paths import ROOT
from walkthrough.errors import UserError

WORLD = Address(node=False, port=frozenset({443}))
NODE = Address(node=True, port=frozenset({16443}))


def policy(spec: str, namespace: str = "a") -> str:
    body = "\n".join(f"  {line}" for line in spec.strip().splitlines())
    return f"kind: NetworkPolicy\nmetadata: {{name: x, namespace: {namespace}}}\nspec:\n{body}\n"


def read(folder: Path, *texts: str) -> Policies:
    (folder / "policies.yaml").write_text("---\n".join(texts))
    return Policies.of([folder / "policies.yaml"])


def pod(name: str, namespace: str = "a", *ports: str | int) -> Pod:
    return Pod(namespace, {"app": name}, frozenset(ports))


DENY = policy("podSelector: {}\npolicyTypes: [Ingress, Egress]")


def test_without_a_policy_everything_is_open(tmp_path: Path) -> None:
    nothing = read(tmp_path, "kind: ConfigMap\n")
    assert nothing.open(pod("x"), pod("y", "b"))
    assert nothing.open(pod("x"), WORLD)


def test_one_that_names_nothing_shuts_both_ways_for_its_namespace(tmp_path: Path) -> None:
    closed = read(tmp_path, DENY)
    assert not closed.open(pod("x"), WORLD)
    assert not closed.open(WORLD, pod("x"))
    assert not closed.open(pod("x", "b"), pod("x"))
    assert closed.open(pod("x", "b"), WORLD)
    assert (closed.isolates(pod("x")), closed.isolates(pod("x", "b"))) == (True, False)


def test_both_ends_must_allow_it(tmp_path: Path) -> None:
    out = policy(
        "podSelector: {matchLabels: {app: x}}\npolicyTypes: [Egress]\n"
        "egress: [{to: [{podSelector: {matchLabels: {app: y}}}], ports: [{port: 80}]}]"
    )
    into = policy(
        "podSelector: {matchExpressions: [{key: app, operator: In, values: [y, z]}]}\n"
        "policyTypes: [Ingress]\n"
        "ingress: [{from: [{podSelector: {}}]}]"
    )
    y = pod("y", "a", "http", 80)
    assert not read(tmp_path, DENY, out).open(pod("x"), y)
    assert not read(tmp_path, DENY, into).open(pod("x"), y)
    both = read(tmp_path, DENY, out, into)
    assert both.open(pod("x"), y)
    assert not both.open(pod("x"), pod("y", "a", 81))
    assert not both.open(pod("x", "b"), y)


def test_another_namespace_is_asked_for_by_name(tmp_path: Path) -> None:
    way = policy(
        "podSelector: {}\npolicyTypes: [Egress]\n"
        "egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}, podSelector: "
        "{matchLabels: {app: y}}}]}, {to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 16443}]}]"
    )
    policies = read(tmp_path, way)
    assert policies.open(pod("x"), pod("y", "b"))
    assert not policies.open(pod("x"), pod("z", "b"))
    assert not policies.open(pod("x"), pod("y", "c"))
    assert policies.open(pod("x"), NODE)
    assert not policies.open(pod("x"), WORLD)


@pytest.mark.parametrize(
    "spec",
    [
        "podSelector: {matchExpressions: [{key: app, operator: Exists}]}\npolicyTypes: [Egress]",
        "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{serviceSelector: {}}]}]",
        "podSelector: {anything: {}}\npolicyTypes: [Egress]",
    ],
)
def test_what_is_not_read_is_an_error(tmp_path: Path, spec: str) -> None:
    with pytest.raises(UserError, match="is not read"):
        read(tmp_path, policy(spec)).open(pod("x"), WORLD)


def test_a_file_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not YAML") as raised:
        read(tmp_path, "a: [")
    assert raised.value.where == f"{tmp_path}/policies.yaml:1"


def named(name: str, namespace: str, *ports: str | int) -> Pod:
    return Pod(namespace, {"app.kubernetes.io/name": name}, frozenset(ports))


#: NGINX carries a label of its own besides.
NGINX = Pod(
    "nginx-ingress", {"app": "nginx-ingress", "app.kubernetes.io/name": "nginx-ingress"}, frozenset({"https"})
)
ASKING: dict[str, Pod] = {
    "argocd-server": named("argocd-server", "argocd"),
    "argocd-repo-server": named("argocd-repo-server", "argocd"),
    "cert-manager": named("cert-manager", "cert-manager"),
    "drone": named("drone", "drone"),
    "drone-runner": named("drone-runner", "drone"),
    "build": Pod("drone-builds", {}),
    "gitea": named("gitea", "gitea"),
    "nginx-ingress": NGINX,
    "nyan": named("nyan", "nyan"),
    "toolbox": named("toolbox", "toolbox"),
    "verifier": named("verifier", "cosign-system"),
}
#: Who lets whom into Redis, Argo CD's own policies say, and they are not in the folder.
ANSWERING: dict[str, End] = {
    "names": Pod("kube-system", {"k8s-app": "kube-dns"}, frozenset({53})),
    "https": NGINX,
    "gitea": named("gitea", "gitea", "http"),
    "argocd": named("argocd-server", "argocd", 8080),
    "drone": named("drone", "drone", "http"),
    "nyan": named("nyan", "nyan", "http"),
    "api": NODE,
    "node": Address(node=True, port=frozenset({10250})),
    "world": WORLD,
}


def test_the_policies_say_what_the_table_on_the_page_says() -> None:
    policies = Policies.of(sorted((ROOT / "manifests/network").glob("*.yaml")))
    heads, *rows = (ROOT / "snippets/close/asked.out").read_text(encoding="utf-8").splitlines()
    columns = heads.split()[1:]
    assert {row.split()[0] for row in rows} == set(ASKING)
    for row in rows:
        name, *answers = row.split()
        for column, answer in zip(columns, answers, strict=True):
            if column in ANSWERING:
                start, end = ASKING[name], ANSWERING[column]
                # A pod reaches itself, whatever the policies say of the way to others.
                if start.labels != getattr(end, "labels", None):
                    assert (answer == "yes") is policies.open(start, end), f"{name} to {column}"


def test_the_one_that_opens_secrets_reaches_what_the_page_says() -> None:
    policies = Policies.of(sorted((ROOT / "manifests/network").glob("*.yaml")))
    heads, row = (ROOT / "snippets/secrets/ask.out").read_text(encoding="utf-8").splitlines()
    name, *answers = row.split()
    opener = named(name, "sealed-secrets")
    for column, answer in zip(heads.split()[1:], answers, strict=True):
        if column in ANSWERING:
            assert (answer == "yes") is policies.open(opener, ANSWERING[column]), f"{name} to {column}"
    assert not any(policies.open(pod, opener) for pod in ASKING.values())
