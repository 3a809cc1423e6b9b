"""A machine's state is kept, and a machine is made of it again: the cluster, volumes, files, certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.sandbox import keeping, layout
from guide.sandbox.provider import Sandbox
from guide.sandbox.state import states
from tests.unit.conftest import SmallGuide
from walkthrough.checkpoints import store
from walkthrough.errors import UserError
from walkthrough.machine.keeping import NotKeptError

from .support import left_behind, sandbox, tell
from .test_node import CURL

pytestmark = pytest.mark.sandbox

#: A web server whose page lies on a volume.
PLATFORM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: kept}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 10Mi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kept}
spec:
  selector: {matchLabels: {app: kept}}
  template:
    metadata: {labels: {app: kept}}
    spec:
      containers:
        - name: kept
          image: IMAGE
          command: [sleep, infinity]
          volumeMounts: [{name: data, mountPath: /data}]
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: kept}
"""


def _in_pod(cluster: Sandbox, script: str) -> str:
    return tell(cluster, "microk8s", "kubectl", "exec", "deployment/kept", "--", "sh", "-c", script)


def _found(cluster: Sandbox) -> None:
    """All that was there before is there."""
    assert _in_pod(cluster, "cat /data/said") == "kept\n"
    available = "{.status.availableReplicas}"
    assert (
        tell(cluster, "microk8s", "kubectl", "get", "deployment/kept", f"--output=jsonpath={available}")
        == "1"
    )
    assert tell(cluster, "cat", "file") == "of the reader\n"
    assert tell(cluster, "stat", "--format=%U %a", "file").split() == ["ubuntu", "600"]
    assert tell(cluster, "cat", "/etc/written") == "by root\n"
    # The way to the API, and that to the outside, with the certificates that the machine trusts.
    assert "gitops" in tell(cluster, "microk8s", "kubectl", "get", "nodes")
    tell(cluster, "curl", "-sSI", "https://github.com/")
    # The firewall is up with its rules, and can be told more.
    status = tell(cluster, "sudo", "ufw", "status")
    assert "Status: active" in status
    assert "9999/tcp" in status
    tell(cluster, "sudo", "ufw", "delete", "allow", "9999/tcp")
    assert "9999/tcp" not in tell(cluster, "sudo", "ufw", "status")
    tell(cluster, "sudo", "ufw", "allow", "9999/tcp")


def test_a_kept_state_is_a_cluster_again(state_home: Path, tmp_path: Path) -> None:
    cluster = sandbox("kept")
    cluster.create()
    cluster.wait_ready()
    tell(cluster, "microk8s", "enable", "dns")
    tell(cluster, "microk8s", "enable", "hostpath-storage")
    manifest = PLATFORM.replace("IMAGE", CURL)
    tell(cluster, "sh", "-c", f"umask 077; echo of the reader >file; cat >kept.yaml <<'END'\n{manifest}\nEND")
    tell(cluster, "sudo", "sh", "-c", "echo by root >/etc/written")
    tell(cluster, "sudo", "ufw", "allow", "9999/tcp")
    tell(cluster, "sudo", "ufw", "allow", "in", "on", "cali+")
    tell(cluster, "sudo", "ufw", "route", "allow", "in", "on", "cali+")
    tell(cluster, "sudo", "ufw", "--force", "enable")
    tell(cluster, "microk8s", "kubectl", "apply", "-f", "kept.yaml")
    tell(cluster, "microk8s", "kubectl", "rollout", "status", "deployment/kept", "--timeout=110s")
    _in_pod(cluster, "echo kept >/data/said")
    tell(cluster, "sh", "-c", "nohup sleep 9999 >/dev/null 2>&1 &")

    cluster.save(tmp_path / "point")

    assert "sleep 9999" not in tell(cluster, "ps", "-eo", "args"), (
        "a restart ends what runs in the background"
    )
    _found(cluster)
    # What comes after is no part of it.
    _in_pod(cluster, "echo later >/data/said")
    tell(cluster, "rm", "file")
    cluster.destroy()
    assert not left_behind(cluster.state)

    for name in ("kept", "other"):
        again = sandbox(name)
        again.restore(tmp_path / "point")
        try:
            again.wait_ready()
            _found(again)
            _in_pod(again, "echo elsewhere >/data/said")
        finally:
            again.destroy()
        assert not left_behind(again.state)
    assert not list(states())


def test_an_address_that_the_machine_has_got_is_kept(
    state_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = sandbox("moved")
    cluster.create()
    cluster.wait_ready()
    cluster.restart()
    address = tell(cluster, "hostname", "-I").split()[0]
    assert address != layout.NODE_ADDRESS
    certified = f"until sudo grep -q {address} /var/snap/microk8s/current/certs/csr.conf; do sleep 0.2; done"
    tell(cluster, "timeout", "60", "bash", "-c", f"{certified}; microk8s status --wait-ready")
    request = tell(cluster, "sudo", "cat", "/var/snap/microk8s/current/certs/csr.conf")

    def full(source: Path, target: Path) -> None:
        raise NotKeptError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "_copy", full)
        with pytest.raises(NotKeptError):
            cluster.save(tmp_path / "full")
    assert not (tmp_path / "full").exists()
    assert "gitops" in tell(cluster, "microk8s", "kubectl", "get", "nodes"), "it runs on all the same"

    cluster.save(tmp_path / "point")
    cluster.destroy()

    cluster.restore(tmp_path / "point")

    cluster.wait_ready()
    assert tell(cluster, "hostname", "-I").split()[0] == address
    assert tell(cluster, "sudo", "cat", "/var/snap/microk8s/current/certs/csr.conf") == request
    tell(cluster, "curl", "-sSI", "https://github.com/")


def test_a_state_that_is_not_whole_says_what_to_do(state_home: Path, tmp_path: Path) -> None:
    (tmp_path / "point").mkdir()
    cluster = sandbox("half")
    with pytest.raises(UserError, match="what is kept of this machine cannot be read"):
        cluster.restore(tmp_path / "point")
    assert not left_behind(cluster.state)


FIRST = """\
```{.bash .step #first}
microk8s kubectl create configmap kept --from-literal=a=1
mkdir work; cd work; FOUND=yes; export KUBECONFIG=nowhere
```
"""
SECOND = """\
```{.bash .step #second}
microk8s kubectl get configmap kept --output='jsonpath={.data.a}'; echo " $FOUND $KUBECONFIG ${PWD##*/}"
```

```{.text .output}
1 yes nowhere work
```
"""


def test_a_chain_begins_at_a_checkpoint(
    state_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness on the machine: pages, shell, the search for secrets, the record."""
    guide = SmallGuide(tmp_path / "guide")
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "checkpoints")
    guide.nav("first.md", "second.md")
    guide.page(FIRST, "first.md")
    guide.page(SECOND.replace("1 yes", "2 yes"), "second.md")
    ended = guide.run("second", checkpoints=True, provider="sandbox")
    assert ended.code == 1, ended.out
    assert [one.page for one in store.every()] == ["first.md"]

    guide.page(SECOND, "second.md")
    ended = guide.run("second", resume=True, provider="sandbox")

    assert ended.code == 0, ended.out
    assert "Begins at the checkpoint behind first.md" in ended.out
    assert not list(states())
