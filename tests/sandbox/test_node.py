"""The embedded cluster's Kubernetes: what MicroK8s' users know is there, and does what it should."""

from __future__ import annotations

import json

import pytest

from guide.clusters import evidence
from guide.pins import lockfile
from guide.sandbox import layout
from guide.sandbox.binaries import recipes
from guide.sandbox.provider import Sandbox
from guide.upstream import lock
from walkthrough.machine.command import poll

from .support import ask, kubectl, tell

pytestmark = pytest.mark.sandbox

DEADLINE = 90.0
CURL = "docker.io/curlimages/curl:8.16.0"
#: The digest of no image that there is.
NOBODYS = f"sha256:{'0' * 64}"


def run_pod(cluster: Sandbox, name: str, *command: str, image: str = CURL) -> None:
    kubectl(cluster, "run", name, f"--image={image}", "--restart=Never", "--command", "--", *command)


def finished(cluster: Sandbox, name: str, container: str = "") -> str:
    """The log of a pod that has ended well, or of one of its containers."""
    phase = "--for=jsonpath={.status.phase}=Succeeded"
    kubectl(cluster, "wait", f"pod/{name}", phase, f"--timeout={DEADLINE:.0f}s")
    return kubectl(cluster, "logs", name, *([f"--container={container}"] if container else []))


@pytest.fixture(scope="module")
def addons(cluster: Sandbox) -> None:
    # rbac comes first: it starts the kubelet anew, and a kubelet that has just started calls each pod unready
    # for a moment, up to ten seconds later. A service whose pods are all unready refuses.
    for name in ("rbac", "dns", "hostpath-storage"):
        tell(cluster, "microk8s", "enable", name)
    kubectl(
        cluster,
        *("wait", "deployment", "--all", "--all-namespaces", "--for=condition=Available"),
        f"--timeout={DEADLINE:.0f}s",
    )


def test_the_node_looks_like_microk8s(cluster: Sandbox) -> None:
    node = json.loads(kubectl(cluster, "get", "node", layout.HOSTNAME, "--output=json"))
    assert (
        node["metadata"]["labels"].items()
        >= {
            "kubernetes.io/hostname": layout.HOSTNAME,
            "microk8s.io/cluster": "true",
            "node.kubernetes.io/microk8s-controlplane": "microk8s-controlplane",
        }.items()
    )
    assert node["status"]["nodeInfo"]["kubeletVersion"] == recipes()["kubelite"].version
    addresses = {one["type"]: one["address"] for one in node["status"]["addresses"]}
    assert addresses == {"InternalIP": layout.NODE_ADDRESS, "Hostname": layout.HOSTNAME}


def test_kubectl_knows_no_cluster_until_the_reader_gives_it_one(cluster: Sandbox) -> None:
    assert ask(cluster, "kubectl", "get", "nodes").returncode != 0
    script = (
        "microk8s config > access.yaml && KUBECONFIG=access.yaml kubectl get nodes -o name; rm access.yaml"
    )
    assert tell(cluster, "sh", "-c", script) == f"node/{layout.HOSTNAME}\n"
    assert f"server: https://{layout.NODE_ADDRESS}:16443" in tell(cluster, "microk8s", "config")


def test_status_lists_what_is_enabled(cluster: Sandbox, addons: None) -> None:
    short = tell(cluster, "microk8s", "status", "--format", "short").splitlines()
    assert {f"core/{name}: enabled" for name in ("dns", "hostpath-storage", "rbac")} <= set(short)


def test_status_is_written_in_the_name_of_kubelite(cluster: Sandbox, addons: None) -> None:
    """The page that hands fields over shows who writes what."""
    told = ("--namespace=kube-system", "--show-managed-fields", "--output=json")
    deployment = json.loads(kubectl(cluster, "get", "deployment", "coredns", *told))
    writers = {
        one["manager"]
        for one in deployment["metadata"]["managedFields"]
        if one.get("subresource") == "status"
    }
    assert writers == {"kubelite"}


def test_pods_find_services_by_name_and_nothing_beyond(cluster: Sandbox, addons: None) -> None:
    script = (
        "curl -sS http://kube-dns.kube-system.svc.cluster.local:9153/metrics; "
        "curl -sS -o /dev/null -w 'short %{http_code}\\n' http://kube-dns.kube-system:9153/metrics; "
        "curl -sS https://example.org || echo refused $?"
    )
    run_pod(cluster, "names", "sh", "-c", script)
    log = finished(cluster, "names")
    assert "coredns_build_info{" in log
    assert "short 200" in log
    assert "refused 6" in log


PINNED = "https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.yaml"
TRUSTING = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: own-authorities}}
data: {{ca-certificates.crt: its own}}
---
apiVersion: v1
kind: Pod
metadata: {{name: trusting}}
spec:
  restartPolicy: Never
  containers:
  - name: trusting
    image: {CURL}
    securityContext: {{readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: 100}}
    command: [sh, -c, "curl -sSL -o /dev/null -w '%{{http_code}}' {PINNED}; cat /etc/ssl/certs/own/*"]
    volumeMounts: [{{name: own, mountPath: /etc/ssl/certs/own}}]
  - name: instead
    image: {CURL}
    command: [cat, /etc/ssl/certs/ca-certificates.crt]
    volumeMounts: [{{name: own, mountPath: /etc/ssl/certs/ca-certificates.crt, subPath: ca-certificates.crt}}]
  - name: above
    image: {CURL}
    command: [sh, -c, "cd /etc/ssl/certs; echo *"]
    volumeMounts: [{{name: own, mountPath: /etc/ssl/certs}}]
  volumes: [{{name: own, configMap: {{name: own-authorities}}}}]
"""


def test_containers_trust_what_is_outside_unless_their_pod_says_otherwise(
    cluster: Sandbox, addons: None
) -> None:
    done = ask(cluster, "microk8s", "kubectl", "apply", "--filename=-", stdin=TRUSTING)
    assert done.returncode == 0, done.stderr
    assert finished(cluster, "trusting", "trusting") == "200its own"
    assert finished(cluster, "trusting", "instead") == "its own"
    assert finished(cluster, "trusting", "above") == "ca-certificates.crt\n"


def test_an_image_that_names_its_user_may_be_root_for_all_that_is_known(
    cluster: Sandbox, addons: None
) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "named"},
        "spec": {
            "securityContext": {"runAsNonRoot": True},
            "containers": [{"name": "named", "image": CURL, "command": ["id"]}],
        },
    }
    done = ask(cluster, "microk8s", "kubectl", "apply", "--filename=-", stdin=json.dumps(pod))
    assert done.returncode == 0, done.stderr
    refused = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError"
    tell(cluster, "microk8s", "kubectl", "wait", "pod/named", f"--for={refused}", "--timeout=60s")


def test_containers_do_not_trust_what_the_machines_user_trusts(cluster: Sandbox, addons: None) -> None:
    script = (
        "openssl req -x509 -newkey ed25519 -nodes -subj /CN=mine -keyout key.pem -out mine.crt && "
        "sudo cp mine.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates && "
        "sed -n 2p mine.crt"
    )
    line = tell(cluster, "sh", "-c", script).splitlines()[-1]
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    assert line in tell(cluster, "cat", bundle)
    run_pod(cluster, "unaware", "cat", bundle)
    log = finished(cluster, "unaware")
    assert line not in log
    assert "BEGIN CERTIFICATE" in log


def test_a_claim_gets_a_volume_that_outlives_the_pod(cluster: Sandbox, addons: None) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    }
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": {
                "restartPolicy": "Never",
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
                "containers": [
                    {
                        "name": name,
                        "image": CURL,
                        "command": ["sh", "-c", script],
                        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                    }
                ],
            },
        }
        for name, script in (("writer", "echo kept > /data/file"), ("reader", "cat /data/file"))
    ]
    for objects, name in (([claim, pods[0]], "writer"), ([pods[1]], "reader")):
        for one in objects:
            done = ask(cluster, "microk8s", "kubectl", "apply", "-f", "-", stdin=json.dumps(one))
            assert done.returncode == 0, done.stderr
        log = finished(cluster, name)
    assert log == "kept\n"


def test_a_host_port_answers_on_the_machines_own_loopback(cluster: Sandbox, addons: None) -> None:
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "front"},
        "data": {"Corefile": ".:5300 {\n  prometheus :9153\n}\n"},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "front"},
        "spec": {
            "containers": [
                {
                    "name": "front",
                    "image": "coredns/coredns:1.14.3",
                    "args": ["-conf", "/settings/Corefile"],
                    "ports": [{"containerPort": 9153, "hostPort": 80}],
                    "volumeMounts": [{"name": "settings", "mountPath": "/settings"}],
                }
            ],
            "volumes": [{"name": "settings", "configMap": {"name": "front"}}],
        },
    }
    for one in (settings, pod):
        done = ask(cluster, "microk8s", "kubectl", "apply", "-f", "-", stdin=json.dumps(one))
        assert done.returncode == 0, done.stderr
    for address in ("127.0.0.1", layout.NODE_ADDRESS):
        command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", f"http://{address}/metrics"]
        assert poll(lambda command=command: ask(cluster, *command).stdout == "200", timeout=DEADLINE)  # type: ignore[misc]
    kubectl(cluster, "delete", "pod,configmap", "front")


def test_memory_limits_are_enforced(cluster: Sandbox) -> None:
    hog = "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo survived"
    spec = {"containers": [{"name": "hog", "image": CURL, "command": ["sh", "-c", hog]}]}
    limits = {"resources": {"limits": {"memory": "40Mi"}}}
    spec["containers"][0] |= limits  # type: ignore[arg-type]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "hog"},
        "spec": spec | {"restartPolicy": "Never"},
    }
    done = ask(cluster, "microk8s", "kubectl", "apply", "-f", "-", stdin=json.dumps(pod))
    assert done.returncode == 0, done.stderr
    kubectl(cluster, "wait", "pod/hog", "--for=jsonpath={.status.phase}=Failed", f"--timeout={DEADLINE:.0f}s")
    path = "--output=jsonpath={.status.containerStatuses[0].state.terminated.reason}"
    assert kubectl(cluster, "get", "pod", "hog", path) == "OOMKilled"


def test_an_upstream_manifest_is_fetched_checked_and_applied(cluster: Sandbox) -> None:
    url = "https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.yaml"
    script = f"""mkdir -p fetched && cd fetched && curl -fsSLO {url} &&
        echo '{lock()[url]}  cert-manager.yaml' | sha256sum --check &&
        printf 'resources:\\n- cert-manager.yaml\\n' > kustomization.yaml"""
    assert tell(cluster, "sh", "-c", script) == "cert-manager.yaml: OK\n"
    text = kubectl(cluster, "apply", "--server-side", "-k", "fetched")
    assert "/certificates.cert-manager.io serverside-applied" in text
    kubectl(cluster, "delete", "-k", "fetched", "--wait=false")


def test_evidence_names_what_is_wrong(cluster: Sandbox, addons: None) -> None:
    run_pod(cluster, "nowhere", "true", image="docker.io/nobody/nothing:1")
    kubectl(cluster, "run", "breaks", f"--image={CURL}", "--command", "--", "sh", "-c", "echo oh no; exit 3")

    def status(name: str, path: str) -> str:
        path = f"--output=jsonpath={{.status.containerStatuses[0].{path}}}"
        return kubectl(cluster, "get", "pod", name, path)

    pulling = ("ErrImagePull", "ImagePullBackOff")
    assert poll(lambda: status("nowhere", "state.waiting.reason") in pulling, timeout=DEADLINE)
    # From now on it may wait, or run for a moment and be ready.
    assert poll(lambda: status("breaks", "lastState.terminated.exitCode") == "3", timeout=DEADLINE)
    text = evidence.collect(cluster)
    assert "pod default/nowhere is not ready" in text
    assert "oh no" in text
    assert "provisioner" not in text.partition("warnings")[0]
    assert "the image docker.io/nobody/nothing:1: sandbox/images.toml does not list it" in cluster.evidence()
    kubectl(cluster, "delete", "pod", "nowhere", "breaks", "--now")


def test_stop_ends_every_pod_and_start_brings_them_back(cluster: Sandbox, addons: None) -> None:
    # MicroK8s itself asks for sudo here, and so the stand-in uses it.
    assert tell(cluster, "microk8s", "stop") == "Stopped.\nStopped.\n"
    assert ask(cluster, "pgrep", "-f", "kube-apiserver|containerd|etcd|coredns -conf /etc").stdout == ""
    stopped = "microk8s is not running, try microk8s start\n"
    assert tell(cluster, "microk8s", "status") == stopped
    done = ask(cluster, "microk8s", "kubectl", "get", "nodes")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", stopped)
    assert tell(cluster, "microk8s", "stop") == "Stopped.\nStopped.\n"

    # It waits for the node: nothing has to be waited for before the API is asked.
    assert tell(cluster, "microk8s", "start") == ""
    assert layout.HOSTNAME in kubectl(cluster, "get", "nodes")
    assert "microk8s is running" in tell(cluster, "microk8s", "status", "--wait-ready")
    cluster.wait_ready()
    script = f"curl -sS --fail http://{layout.CLUSTER_DNS}:9153/metrics"
    assert poll(lambda: "coredns_build_info" in ask(cluster, "sh", "-c", script).stdout, timeout=DEADLINE)


def test_the_kubelet_finds_the_root_file_system(cluster: Sandbox) -> None:
    log = (cluster.state.logs / "kubelet.log").read_text()
    assert "filesystem info" not in log
    raw = kubectl(cluster, "get", "--raw", f"/api/v1/nodes/{layout.HOSTNAME}/proxy/stats/summary")
    assert json.loads(raw)["node"]["fs"]["capacityBytes"] > 0


def by_digest(cluster: Sandbox, image: str) -> str:
    """The image that a pod gets which asks for ``image``; nothing is run."""
    asked = ("run", "asked", f"--image={image}", "--dry-run=server")
    return kubectl(cluster, *asked, "--output=jsonpath={.spec.containers[0].image}")


def test_an_upstream_image_by_digest_runs_as_its_stand_in(cluster: Sandbox, addons: None) -> None:
    run_pod(cluster, "by-digest", "echo", "stand-in", image=f"{CURL}@{NOBODYS}")
    assert finished(cluster, "by-digest") == "stand-in\n"
    assert by_digest(cluster, f"curlimages/curl:8.16.0@{NOBODYS}") == "curlimages/curl:8.16.0"


def test_a_container_to_look_around_with_gets_the_stand_in_as_well(cluster: Sandbox, addons: None) -> None:
    run_pod(cluster, "looked-at", "sleep", "600")
    kubectl(cluster, "wait", "pod/looked-at", "--for=condition=Ready", "--timeout=60s")
    look = ("debug", "looked-at", f"--image={CURL}@{NOBODYS}", "--container=look", "--", "echo", "stand-in")
    kubectl(cluster, *look)
    ended = "--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}=0"
    kubectl(cluster, "wait", "pod/looked-at", ended, "--timeout=60s")
    assert kubectl(cluster, "logs", "looked-at", "--container=look") == "stand-in\n"
    kubectl(cluster, "delete", "pod/looked-at", "--now")


def test_a_digest_without_a_tag_is_that_of_the_pins_or_nobodys(cluster: Sandbox, addons: None) -> None:
    name, _, tag = CURL.rpartition(":")
    pinned = lockfile.load()[CURL].digest
    assert by_digest(cluster, f"{name}@{pinned}") == f"{name}:{tag}"
    assert by_digest(cluster, f"{name}@{NOBODYS}") == f"{name}@{NOBODYS}"


@pytest.mark.parametrize("image", ["own.test/nyan", "own.test/nyan:1", f"{CURL}99"])
def test_what_the_sandbox_does_not_stand_in_for_keeps_its_digest(
    cluster: Sandbox, addons: None, image: str
) -> None:
    assert by_digest(cluster, f"{image}@{NOBODYS}") == f"{image}@{NOBODYS}"


def test_only_pods_get_another_image_and_only_that(cluster: Sandbox, addons: None) -> None:
    manifest = json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "by-digest"},
            "spec": {
                "selector": {"matchLabels": {"app": "by-digest"}},
                "template": {
                    "metadata": {"labels": {"app": "by-digest"}},
                    "spec": {
                        "initContainers": [
                            {"name": "first", "image": f"{CURL}@{NOBODYS}", "command": ["echo", "first"]}
                        ],
                        "containers": [
                            {
                                "name": "tool",
                                "image": f"{CURL}@{NOBODYS}",
                                "command": ["sleep", "600"],
                                "env": [{"name": "KEPT", "value": "yes"}],
                            }
                        ],
                        "terminationGracePeriodSeconds": 0,
                    },
                },
            },
        }
    )
    apply = ask(cluster, "microk8s", "kubectl", "apply", "--filename=-", stdin=manifest)
    assert apply.returncode == 0, apply.stderr
    kubectl(cluster, "rollout", "status", "deployment/by-digest", f"--timeout={DEADLINE:.0f}s")
    deployment = json.loads(kubectl(cluster, "get", "deployment/by-digest", "--output=json"))
    containers = deployment["spec"]["template"]["spec"]
    (pod,) = json.loads(kubectl(cluster, "get", "pods", "--selector=app=by-digest", "--output=json"))["items"]
    for kind in ("containers", "initContainers"):
        assert containers[kind][0]["image"] == f"{CURL}@{NOBODYS}", "Argo CD would see a difference"
        assert pod["spec"][kind][0]["image"] == CURL
    assert pod["spec"]["containers"][0]["env"] == [{"name": "KEPT", "value": "yes"}]
    kubectl(cluster, "delete", "deployment/by-digest")


def test_a_step_of_a_pipeline_gets_its_image_by_a_change(cluster: Sandbox, addons: None) -> None:
    run_pod(cluster, "step", "sleep", "600", image="registry.k8s.io/pause:3.10")
    kubectl(cluster, "set", "image", "pod/step", f"step={CURL}@{NOBODYS}")
    assert kubectl(cluster, "get", "pod/step", "--output=jsonpath={.spec.containers[0].image}") == CURL
    kubectl(cluster, "delete", "pod/step", "--now")
