"""A cluster the user names, against a stand-in of kubectl."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from guide.clusters.kubeconfig import LABEL, Kubeconfig
from walkthrough.errors import UserError
from walkthrough.machine.base import Disposition

from .machine import World

NODES = {
    "items": [
        {"status": {"nodeInfo": {"containerRuntimeVersion": "containerd://2.1.4", "osImage": "Debian 13"}}}
    ]
}


def answers(world: World, more: dict[str, Any] | None = None, *, label: str | None = "true") -> None:
    """What the cluster says, by the first words of the question."""
    labels = {} if label is None else {LABEL: label}
    said = {
        "get namespace kube-system": [0, json.dumps({"metadata": {"labels": labels}})],
        "config view --raw --minify --flatten": [0, "only: this context\n"],
        "wait --for=condition=Ready node": [0, "node/one condition met\n"],
        "get nodes --output=wide": [0, "NAME STATUS\none  NotReady\n"],
        "get nodes --output json": [0, json.dumps(NODES)],
        "version --output json": [0, json.dumps({"serverVersion": {"gitVersion": "v1.36.2"}})],
        "describe nodes": [0, "Conditions: MemoryPressure\n"],
        **(more or {}),
    }
    world.make("cluster.json", json.dumps(said))


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    world.tools("kubectl", "sudo", "update-ca-certificates")
    answers(world)
    file = tmp_path / "the users config"
    file.write_text("the user's whole file\n")
    return file


@pytest.fixture
def cluster(world: World, file: Path) -> Kubeconfig:
    return Kubeconfig(world.options(kubeconfig=str(file)), world.progress)


def step(cluster: Kubeconfig, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(cluster.argv(command), capture_output=True, text=True, check=False)


# --- preflight ---


def test_preflight_is_content_with_a_marked_cluster(cluster: Kubeconfig) -> None:
    cluster.preflight()


@pytest.mark.parametrize("label", [None, "false", "TRUE"])
def test_a_cluster_without_the_mark_is_refused_with_the_command_that_sets_it(
    world: World, cluster: Kubeconfig, file: Path, label: str | None
) -> None:
    answers(world, label=label)
    with pytest.raises(UserError, match="not marked as one that may be thrown away") as caught:
        cluster.preflight()
    command = f"kubectl --kubeconfig '{file}' label namespace kube-system gitops-guide/throwaway=true"
    assert command in (caught.value.fix or "")


def test_the_command_names_the_context_as_well(world: World, file: Path) -> None:
    answers(world, label=None)
    cluster = Kubeconfig(world.options(kubeconfig=f"{file}:arn:aws:eks:one"), world.progress)
    with pytest.raises(UserError) as caught:
        cluster.preflight()
    assert f"kubectl --kubeconfig '{file}' --context arn:aws:eks:one label" in (caught.value.fix or "")


def test_preflight_says_what_lacks(
    world: World, cluster: Kubeconfig, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="no cluster is named"):
        Kubeconfig(world.options(), world.progress).preflight()
    with pytest.raises(UserError, match="no such kubeconfig file") as caught:
        Kubeconfig(world.options(kubeconfig=f"{file}.bak:one"), world.progress).preflight()
    assert caught.value.where == f"{file}.bak"
    world.make("cluster-down")
    with pytest.raises(UserError, match=r"The connection to the server .* was refused"):
        cluster.preflight()
    world.tools()
    monkeypatch.setenv("PATH", str(world.bin))
    with pytest.raises(UserError, match="kubectl is not on PATH"):
        cluster.preflight()


# --- its life ---


def test_steps_reach_this_cluster_only_and_from_a_home_of_their_own(cluster: Kubeconfig, file: Path) -> None:
    cluster.create()
    done = step(cluster, "sh", "-c", 'cat "$KUBECONFIG"; echo "$HOME"; exit 9')
    assert done.returncode == 9
    assert done.stdout == f"only: this context\n{cluster.reader.home}\n"
    assert cluster.access.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == "the user's whole file\n"


@pytest.mark.parametrize("command", [["true"], []])
def test_nothing_is_opened_in_a_cluster_that_is_not_up(cluster: Kubeconfig, command: list[str]) -> None:
    """A shell without a home and a kubeconfig ended well at once."""
    with pytest.raises(UserError, match="is up"):
        _ = cluster.argv(command) if command else cluster.shell()


def test_a_context_that_is_not_there_is_said_and_leaves_nothing(world: World, cluster: Kubeconfig) -> None:
    answers(world, {"config view --raw --minify --flatten": [1, "error: no context exists with the name"]})
    with pytest.raises(UserError, match="no context exists"):
        cluster.create()
    assert not cluster.reader.root.exists()


def test_wait_ready_shows_the_nodes_that_are_not(world: World, cluster: Kubeconfig) -> None:
    cluster.create()
    cluster.wait_ready()
    answers(world, {"wait --for=condition=Ready node": [1, "error: timed out waiting for the condition"]})
    with pytest.raises(UserError) as caught:
        cluster.wait_ready()
    assert "timed out waiting for the condition" in caught.value.what
    assert "NotReady" in caught.value.what


def test_destroy_changes_nothing_in_the_cluster(world: World, cluster: Kubeconfig) -> None:
    cluster.destroy()
    cluster.create()
    world.forget()
    cluster.destroy()
    cluster.destroy()
    assert world.calls("kubectl") == []
    assert not cluster.reader.root.exists()
    assert cluster.claim.read() is None


# --- what the chain asks ---


def test_answers_skip_what_makes_a_cluster(cluster: Kubeconfig) -> None:
    for tag in ("microk8s", "multipass", "wsl"):
        assert cluster.answer(tag).disposition is Disposition.SKIPPED
    assert cluster.answer("internet").disposition is Disposition.RUN
    with pytest.raises(UserError, match="when=minikube"):
        cluster.answer("minikube")


def test_versions_and_replacements_say_what_ran(cluster: Kubeconfig) -> None:
    cluster.create()
    assert cluster.versions() == {
        "kubernetes": "v1.36.2",
        "containers": "containerd://2.1.4",
        "node": "Debian 13",
    }
    cells = [(row.guide, row.runs) for row in cluster.replacements()]
    assert cells[0] == ("MicroK8s 1.36", "Kubernetes v1.36.2, as the user set it up")
    assert cells[1][0] == "microk8s status and enable"
    assert "MemoryPressure" in cluster.evidence()


def test_kill(cluster: Kubeconfig) -> None:
    cluster.create()
    process = subprocess.Popen(["sleep", "120"], env={**os.environ, "WALKTHROUGH_STEP": "k-1"})
    cluster.kill("k-1")
    assert process.wait(timeout=120) == -9


# --- the microk8s that stands in ---


HAS_ALL: dict[str, Any] = {
    "get service kube-dns": [0, "kube-dns\n"],
    "auth can-i get secrets --all-namespaces --as gitops-guide:nobody": [0, "no\n"],
    "get storageclass": [0, "true"],
}
LACKS: dict[str, Any] = {
    "dns": ("get service kube-dns", [1, "Error from server (NotFound)"]),
    "rbac": ("auth can-i get secrets", [0, "yes\n"]),
    "hostpath-storage": ("get storageclass", [0, "false"]),
}


def test_enable_asks_whether_the_cluster_has_it(world: World, cluster: Kubeconfig) -> None:
    answers(world, HAS_ALL)
    cluster.create()
    world.forget()
    done = step(cluster, "microk8s", "enable", "dns", "rbac", "hostpath-storage")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"microk8s stand-in: this cluster already has what the addon {addon} brings" for addon in LACKS
    ]
    asked = " ".join(word for call in world.calls("kubectl") for word in call)
    assert not any(verb in asked for verb in ("apply", "create", "patch", "delete"))


@pytest.mark.parametrize("addon", LACKS)
def test_enable_fails_where_the_cluster_lacks_it(world: World, cluster: Kubeconfig, addon: str) -> None:
    words, answer = LACKS[addon]
    lacking = {key: value for key, value in HAS_ALL.items() if not key.startswith(words)}
    answers(world, {**lacking, words: answer})
    cluster.create()
    done = step(cluster, "microk8s", "enable", addon)
    assert done.returncode == 1
    assert f"this cluster lacks what the addon '{addon}' brings" in done.stderr
    assert done.stdout == ""


def test_status_waits_for_the_nodes_and_says_who_answers(world: World, cluster: Kubeconfig) -> None:
    cluster.create()
    done = step(cluster, "microk8s", "status", "--wait-ready", "--timeout", "7")
    assert done.returncode == 0
    assert done.stdout == "microk8s is running\n"
    assert done.stderr == "microk8s stand-in: that is, the nodes of this cluster are Ready\n"
    assert "--timeout=7s" in world.calls("kubectl")[-1]
    answers(world, {"wait --for=condition=Ready node": [1, "timed out"]})
    done = step(cluster, "microk8s", "status")
    assert done.returncode == 1
    assert done.stdout == ""


def test_config_is_the_access_also_when_the_reader_points_elsewhere(cluster: Kubeconfig) -> None:
    cluster.create()
    script = "export KUBECONFIG=$HOME/own.yaml; microk8s config > $KUBECONFIG; cat $KUBECONFIG"
    assert step(cluster, "sh", "-c", script).stdout == "only: this context\n"


@pytest.mark.parametrize("command", [["stop"], ["enable", "gpu"], ["enable"], []])
def test_what_makes_no_sense_there_is_refused(cluster: Kubeconfig, command: list[str]) -> None:
    cluster.create()
    done = step(cluster, "microk8s", *command)
    assert done.returncode == 64
    assert done.stderr.startswith("microk8s stand-in: ")


@pytest.mark.parametrize("said", ["", "hello", "[]", "5", "[" * 100_000])
def test_a_kubectl_that_prints_something_else_is_told(world: World, cluster: Kubeconfig, said: str) -> None:
    answers(world, {"get namespace kube-system": [0, said], "version --output json": [0, said]})
    with pytest.raises(UserError, match="kubectl printed") as told:
        cluster.preflight()
    assert told.value.where
    assert told.value.fix


@pytest.mark.parametrize("said", ["{}", '{"metadata": null}', '{"metadata": {"labels": []}}'])
def test_a_cluster_that_says_nothing_of_a_mark_has_none(world: World, cluster: Kubeconfig, said: str) -> None:
    answers(world, {"get namespace kube-system": [0, said]})
    with pytest.raises(UserError, match="not marked"):
        cluster.preflight()


@pytest.mark.parametrize("name", ["~nosuchuser/config", "a" * 5000, ":", "-"])
def test_a_file_that_cannot_be_is_told(world: World, file: Path, name: str) -> None:
    with pytest.raises(UserError, match="no such kubeconfig file"):
        Kubeconfig(world.options(kubeconfig=name), world.progress).preflight()


#: What would make steps hold that do nothing, or something else.
OTHERWISE = {
    "BASH_ENV": "/nosuch", "BASH_FUNC_false%%": "() { true; }", "SHELLOPTS": "noexec",
    "BASHOPTS": "nocasematch", "POSIXLY_CORRECT": "1", "CDPATH": "/",
    "GIT_DIR": "/nosuch", "PYTHONOPTIMIZE": "1", "ENV": "/nosuch",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_makes_shells_do_otherwise_reaches_no_step(
    cluster: Kubeconfig, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.create()
    monkeypatch.setenv(name, OTHERWISE[name])
    monkeypatch.setenv("GITEA_TOKEN", "stays")
    done = step(cluster, "env")
    assert not [line for line in done.stdout.splitlines() if line.startswith(f"{name}=")]
    assert "GITEA_TOKEN=stays" in done.stdout
    assert step(cluster, "bash", "-c", "false").returncode == 1
