"""``microk8s reset`` leaves a cluster like new, says what MicroK8s 1.36 says, and leaves what that leaves."""

from __future__ import annotations

import json

import pytest

from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import ask, tell

pytestmark = pytest.mark.sandbox

STORAGE = "/var/snap/microk8s/common/default-storage"
HELD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.test.example}
spec:
  group: test.example
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object}}
"""
THING = {
    "apiVersion": "test.example/v1",
    "kind": "Thing",
    "metadata": {"name": "held", "namespace": "held", "finalizers": ["test.example/nobody"]},
}
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: app}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Mi}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer, namespace: app}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: writer
      image: docker.io/curlimages/curl:8.16.0
      command: [sh, -c, "echo kept > /data/file && sleep 900"]
      volumeMounts: [{name: data, mountPath: /data}]
      securityContext: {runAsUser: 0}
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""


def reset(cluster: Sandbox, *words: str) -> tuple[int, str, str]:
    """What ``sudo microk8s reset`` with these words ends with, prints, and complains about."""
    done = ask(cluster, "sudo", "microk8s", "reset", *words)
    return done.returncode, done.stdout, done.stderr


def kubectl(cluster: Sandbox, *words: str, stdin: str = "") -> str:
    done = ask(cluster, "microk8s", "kubectl", *words, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def namespaces(cluster: Sandbox) -> set[str]:
    return set(kubectl(cluster, "get", "namespaces", "--output", "name").split())


def test_it_is_refused_as_microk8s_refuses_it(cluster: Sandbox) -> None:
    done = ask(cluster, "microk8s", "reset")
    said = "Elevated permissions is needed for this operation. Please run this command with sudo.\n"
    assert (done.returncode, done.stdout, done.stderr) == (50, said, "")
    code, said, complained = reset(cluster, "--loudly")
    assert (code, said) == (2, "")
    assert complained.endswith("Error: No such option: --loudly\n")


def test_the_cluster_is_like_new_and_its_storage_is_empty(cluster: Sandbox) -> None:
    for addon in ("dns", "hostpath-storage", "rbac"):
        tell(cluster, "microk8s", "enable", addon)
    cluster.wait_ready()
    for name in ("app", "held"):
        kubectl(cluster, "create", "namespace", name)
    kubectl(cluster, "apply", "-f", "-", stdin=CLAIM)
    kubectl(cluster, "wait", "pod/writer", "--namespace", "app", "--for=condition=Ready", "--timeout=90s")
    written = ("sudo", "find", STORAGE, "-name", "file", "-exec", "cat", "{}", "+")
    assert poll(lambda: "kept" in tell(cluster, *written), timeout=300)
    kubectl(cluster, "create", "clusterrole", "stays", "--verb=get", "--resource=pods")
    kubectl(cluster, "apply", "-f", "-", stdin=HELD)
    kubectl(cluster, "wait", "crd/things.test.example", "--for=condition=Established", "--timeout=30s")
    assert poll(lambda: ask(cluster, "microk8s", "kubectl", "get", "things").returncode == 0, timeout=300)
    kubectl(cluster, "create", "-f", "-", stdin=json.dumps(THING))

    code, said, complained = reset(cluster, "--destroy-storage")
    assert (code, complained) == (0, "")
    lines = said.splitlines()
    assert lines[0] == "Disabling all addons"
    assert "Disabling addon : core/hostpath-storage" in lines
    order = [
        "All addons are disabled.",
        "Deleting the CNI",
        "Cleaning resources in namespace app",
        "Removing CRDs",
    ]
    order += ["Removing namespace/app", "Restarting cluster", "Stopped.", "Setting up the CNI"]
    assert [lines.index(line) for line in order] == sorted(lines.index(line) for line in order)
    assert "Removing namespace/kube-system" not in lines

    cluster.wait_ready()
    assert "namespace/app" not in namespaces(cluster)
    assert "enabled:" not in tell(cluster, "microk8s", "status", "--wait-ready").split("disabled:")[0]
    assert ask(cluster, "sudo", "ls", STORAGE).returncode != 0
    assert kubectl(cluster, "get", "crds", "--output", "name") == ""
    may = kubectl(cluster, "auth", "can-i", "list", "secrets", "--as=system:serviceaccount:a:b")
    assert may == "yes\n"
    # What the original leaves is left: roles, volumes that are nobody's, and what waits for a finalizer.
    assert kubectl(cluster, "get", "clusterrole", "stays", "--output", "name")
    volume = ("get", "pv", "--output", "jsonpath={.items[*].status.phase}")
    assert poll(lambda: kubectl(cluster, *volume) == "Released", timeout=300)
    phase = ("get", "namespace", "held", "--output", "jsonpath={.status.phase}")
    assert kubectl(cluster, *phase) == "Terminating"


def test_pods_run_in_it_again(cluster: Sandbox) -> None:
    tell(cluster, "microk8s", "enable", "hostpath-storage")
    kubectl(cluster, "create", "namespace", "app")
    kubectl(cluster, "apply", "-f", "-", stdin=CLAIM)
    kubectl(cluster, "wait", "pod/writer", "--namespace", "app", "--for=condition=Ready", "--timeout=90s")


def test_a_cluster_that_is_stopped_is_not_reset(cluster: Sandbox) -> None:
    tell(cluster, "microk8s", "stop")
    assert reset(cluster) == (1, "", "microk8s is not running, try microk8s start\n")
