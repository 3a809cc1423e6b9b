"""The second depth, with a script in place of ``microk8s``; the chain asks the real one."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from guide.clusters.stand_in import StandIn
from guide.manifests import dry_run
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.progress import Progress

MICROK8S = """\
#!/bin/bash
echo "$*" >> "$HOME/calls"
case "$*" in
"kubectl api-resources --no-headers")
    echo "namespaces    ns       v1        false   Namespace"
    echo "configmaps             v1        true    ConfigMap"
    echo "deployments   deploy   apps/v1   true    Deployment"
    ;;
"kubectl get namespaces --output name") printf 'namespace/%s\\n' default there ;;
"kubectl kustomize "*) cat "${!#}/rendered" ;;
"kubectl wait "*) : > "$HOME/refusal" ;;
"kubectl apply "*)
    cat > "$HOME/applied"
    cat "$HOME/refusal" >&2
    [ ! -s "$HOME/refusal" ]
    ;;
*) exit 99 ;;
esac
"""


class Machine(StandIn):
    """A machine with that script on it, and the reader's home."""

    def __init__(self, home: Path) -> None:
        super().__init__(Options(), Progress())
        self.home = home
        self.bin = home / "bin"
        self.bin.mkdir(parents=True)
        script = self.bin / "microk8s"
        script.write_text(MICROK8S)
        script.chmod(0o755)
        self.refuses("")

    def refuses(self, text: str) -> None:
        (self.home_folder / "refusal").write_text(text)

    @property
    def home_folder(self) -> Path:
        assert self.home is not None
        return self.home

    def argv(self, command: Sequence[str]) -> list[str]:
        return ["env", "-i", f"HOME={self.home}", f"PATH={self.bin}:{os.environ['PATH']}", *command]

    def applied(self) -> list[Any]:
        path = self.home_folder / "applied"
        return list(yaml.safe_load_all(path.read_text())) if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests/app"
    folder.mkdir(parents=True)
    return folder


def config_map(name: str, namespace: str | None = None) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def write(path: Path, *objects: Any) -> Path:
    path.write_text("---\n".join(json.dumps(one) + "\n" for one in objects))
    return path


def test_what_the_cluster_takes(machine: Machine, folder: Path) -> None:
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "there"))) == []
    assert machine.applied() == [config_map("a", "there")]
    apply = (machine.home_folder / "calls").read_text().splitlines()[-1]
    assert "--dry-run=server" in apply
    assert "--server-side" in apply


def test_what_the_cluster_refuses(machine: Machine, folder: Path) -> None:
    machine.refuses(
        'Warning: something old\nThe Deployment "x" is invalid: \n* spec.a: no\n  more of it\n'
        "Error from server (Forbidden): no\n"
    )
    assert dry_run(machine, write(folder / "a.yaml", config_map("a"))) == [
        'The Deployment "x" is invalid: \n* spec.a: no\n  more of it',
        "Error from server (Forbidden): no",
    ]


def test_a_kind_that_the_cluster_does_not_have_yet_is_left_out(machine: Machine, folder: Path) -> None:
    issuer = {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": {"name": "ca"}}
    assert dry_run(machine, write(folder / "both.yaml", issuer, config_map("a"))) == []
    assert machine.applied() == [config_map("a")]
    machine.refuses("not to be asked")
    assert dry_run(machine, write(folder / "one.yaml", issuer)) == []


def test_without_its_namespace_an_object_is_tried_in_another(machine: Machine, folder: Path) -> None:
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "not-there"))) == []
    assert machine.applied() == [config_map("a", "default")]


def test_an_object_is_tried_in_the_namespace_that_its_kustomization_gives(
    machine: Machine, folder: Path
) -> None:
    write(folder / "kustomization.yaml", {"namespace": "there", "resources": ["a.yaml"]})
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "there"}}
    assert dry_run(machine, write(folder / "a.yaml", config_map("a"))) == []
    assert machine.applied() == [config_map("a", "there")]
    assert dry_run(machine, write(folder / "a.yaml", space)) == []
    assert machine.applied() == [space]


def test_an_admission_policy_has_a_say_in_the_object_s_own_namespace_only(
    machine: Machine, folder: Path
) -> None:
    machine.refuses("The ingresses \"a\" is invalid: : ValidatingAdmissionPolicy 'p' denied request: no\n")
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "there"))) != []
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "not-there"))) == []
    write(folder / "kustomization.yaml", {"namespace": "not-there"})
    assert dry_run(machine, write(folder / "a.yaml", config_map("a"))) == []
    machine.refuses("Error from server (Forbidden): no\n")
    assert dry_run(machine, write(folder / "a.yaml", config_map("a"))) != []


def test_a_webhook_that_is_not_up_has_no_opinion(machine: Machine, folder: Path) -> None:
    machine.refuses('Error from server (InternalError): failed calling webhook "w": connection refused\n')
    assert dry_run(machine, write(folder / "a.yaml", config_map("a"))) == []


def test_a_pod_right_after_its_namespace_waits_for_the_account(machine: Machine, folder: Path) -> None:
    machine.refuses(
        'Error from server (Forbidden): pods "p" is forbidden: error looking up service account '
        'there/default: serviceaccount "default" not found\n'
    )
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "there"))) == []
    calls = (machine.home_folder / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls[-3:]] == ["apply", "wait", "apply"]
    assert "serviceaccount/default --namespace there --for=create" in calls[-2]


def test_an_account_that_nobody_makes_is_missing(machine: Machine, folder: Path) -> None:
    text = (
        'Error from server (Forbidden): pods "p" is forbidden: error looking up service account there/robot: '
        'serviceaccount "robot" not found'
    )
    machine.refuses(f"{text}\n")
    assert dry_run(machine, write(folder / "a.yaml", config_map("a", "there"))) == [text]
    account = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "robot", "namespace": "there"}}
    machine.refuses(f"{text}\n")
    assert dry_run(machine, write(folder / "a.yaml", account)) == [text]
    script = machine.bin / "microk8s"
    script.write_text(script.read_text().replace("ConfigMap", "ServiceAccount"))
    machine.refuses(f"{text}\n")
    account["kind"] = "ServiceAccount"
    assert dry_run(machine, write(folder / "a.yaml", account)) == []


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        ('The Deployment "x" is invalid: spec.selector: Invalid value: {}: field is immutable', 9),
        ('The Deployment "x" is invalid: \n* spec.template.spec.containers[0].image: Required value', 12),
        ('The Deployment "x" is invalid: spec.template.metadata.labels: Invalid value: {}', 10),
        ('Error from server (Invalid): Deployment.apps "x" is invalid: spec.nothing: no', 7),
        ('Error from server (Forbidden): deployments.apps "x" is forbidden: no', 5),
    ],
)
def test_a_refusal_names_the_line_of_the_file(
    machine: Machine, folder: Path, refusal: str, line: int
) -> None:
    path = folder / "a.yaml"
    path.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\napiVersion: apps/v1\nkind: Deployment\n"
        "spec:\n  replicas: 1\n  selector: {}\n  template:\n    spec:\n      containers: [{name: a}]\n"
        "metadata: {name: x}\n"
    )
    machine.refuses(f"{refusal}\n")
    assert dry_run(machine, path) == [f"line {line}: {refusal}"]


@pytest.mark.parametrize("below", ["", "base"])
def test_a_kustomization_is_rendered_where_the_reader_has_it(
    machine: Machine, folder: Path, below: str
) -> None:
    folder /= below
    folder.mkdir(exist_ok=True)
    resources = ["a.yaml", "upstream/b.yaml"]
    path = write(folder / "kustomization.yaml", {"resources": resources})
    platform = machine.home_folder / "platform/app" / below
    platform.mkdir(parents=True)
    write(platform / "kustomization.yaml", {"resources": resources})
    write(platform / "rendered", config_map("rendered"))
    # One of the files is still to be written.
    assert dry_run(machine, path) == []
    assert machine.applied() == []
    write(platform / "a.yaml", config_map("a"))
    assert dry_run(machine, path) == []
    assert machine.applied() == []
    (platform / "upstream").mkdir()
    write(platform / "upstream/b.yaml", config_map("b"))
    assert dry_run(machine, path) == []
    assert machine.applied() == [config_map("rendered")]


def test_what_kustomize_refuses_is_an_error(machine: Machine, folder: Path) -> None:
    path = write(folder / "kustomization.yaml", {"resources": []})
    platform = machine.home_folder / "platform/app"
    platform.mkdir(parents=True)
    write(platform / "kustomization.yaml", {})
    with pytest.raises(UserError, match="rendered: No such file"):
        dry_run(machine, path)


def test_what_is_no_manifest_is_not_asked_about(machine: Machine, folder: Path) -> None:
    page = folder / "index.html"
    page.write_text("<!doctype html>")
    assert dry_run(machine, page) == []
    assert not (machine.home_folder / "calls").exists()


def test_a_cluster_that_does_not_answer_is_an_error(machine: Machine, folder: Path) -> None:
    (machine.bin / "microk8s").write_text("#!/bin/bash\necho 'connection refused' >&2\nexit 1\n")
    with pytest.raises(UserError, match="connection refused"):
        dry_run(machine, write(folder / "a.yaml", config_map("a")))
