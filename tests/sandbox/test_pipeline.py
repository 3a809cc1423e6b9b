"""The parts of a pipeline, each by itself: Drone and its runner, and the images of the steps."""

from __future__ import annotations

import json
import re

import pytest

from guide.paths import SNIPPETS
from guide.sandbox import image_table, layout
from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import apply, kubectl, tell

PRODUCTS = ("drone", "hadolint", "kaniko", "trivy")
DEADLINE = "--timeout=90s"
BUILT = "page.test/page:1"
TOKEN = "0123456789abcdef0123456789abcdef"

#: The digest in FROM is nobody's: it stands for that of the original image. One file a mount, for a folder
#: of a ConfigMap is full of links.
BUILD = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: context}}
data:
  page: meow
  Dockerfile: |
    FROM curlimages/curl:8.16.0@sha256:{"0" * 64}
    COPY page /page
---
apiVersion: v1
kind: Pod
metadata: {{name: build}}
spec:
  restartPolicy: Never
  containers:
  - name: build
    image: docker.io/plugins/kaniko:1.13.3
    env:
    - {{name: PLUGIN_REPO, value: "{BUILT.partition(":")[0]}"}}
    - {{name: PLUGIN_TAGS, value: "{BUILT.partition(":")[2]}"}}
    - {{name: PLUGIN_NO_PUSH, value: "true"}}
    - {{name: PLUGIN_TAR_PATH, value: /out/page.tar}}
    - {{name: PLUGIN_CONTEXT, value: /context}}
    - {{name: PLUGIN_DOCKERFILE, value: /context/Dockerfile}}
    volumeMounts:
    - {{name: context, mountPath: /context/page, subPath: page}}
    - {{name: context, mountPath: /context/Dockerfile, subPath: Dockerfile}}
    - {{name: out, mountPath: /out}}
  volumes:
  - {{name: context, configMap: {{name: context}}}}
  - {{name: out, hostPath: {{path: /tmp/built, type: DirectoryOrCreate}}}}
"""
#: Without enableServiceLinks Kubernetes would set DRONE_SERVER_PORT to the address of the service.
DRONE = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: drone, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: drone, namespace: drone}}
spec: {{selector: {{app: server}}, ports: [{{port: 80, targetPort: 8080}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: drone, labels: {{app: server}}}}
spec:
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    fsGroup: 1000
    seccompProfile: {{type: RuntimeDefault}}
  containers:
  - name: server
    image: docker.io/drone/drone:2.28.2
    env:
    - {{name: DRONE_GITEA_SERVER, value: "http://gitea.test"}}
    - {{name: DRONE_GITEA_CLIENT_ID, value: id}}
    - {{name: DRONE_GITEA_CLIENT_SECRET, value: secret}}
    - {{name: DRONE_RPC_SECRET, value: shared}}
    - {{name: DRONE_SERVER_HOST, value: drone.drone}}
    - {{name: DRONE_SERVER_PROTO, value: http}}
    - {{name: DRONE_SERVER_PORT, value: ":8080"}}
    - {{name: DRONE_DATADOG_ENABLED, value: "false"}}
    - {{name: DRONE_USER_CREATE, value: "username:somebody,machine:false,admin:true,token:{TOKEN}"}}
    readinessProbe: {{httpGet: {{path: /healthz, port: 8080}}, periodSeconds: 1}}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {{drop: [ALL]}}
    volumeMounts: [{{name: data, mountPath: /data}}]
  volumes: [{{name: data, emptyDir: {{}}}}]
---
apiVersion: v1
kind: Pod
metadata: {{name: runner, namespace: drone}}
spec:
  enableServiceLinks: false
  securityContext: {{runAsNonRoot: true, runAsUser: 1000, seccompProfile: {{type: RuntimeDefault}}}}
  containers:
  - name: runner
    image: docker.io/drone/drone-runner-kube:1.0.0-rc.5
    env:
    - {{name: DRONE_RPC_HOST, value: drone.drone}}
    - {{name: DRONE_RPC_SECRET, value: shared}}
    - {{name: DRONE_TMATE_ENABLED, value: "false"}}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {{drop: [ALL]}}
"""


def run_pod(cluster: Sandbox, name: str, image: str, *command: str) -> None:
    kubectl(cluster, "run", name, f"--image={image}", "--restart=Never", "--command", "--", *command)


def finished(cluster: Sandbox, name: str) -> str:
    """The log of a pod that has ended well."""
    kubectl(cluster, "wait", f"pod/{name}", "--for=jsonpath={.status.phase}=Succeeded", DEADLINE)
    return kubectl(cluster, "logs", name)


def test_the_executor_asks_the_mirror_in_place_of_docker_hub() -> None:
    row = next(row for row in image_table.Table().images if "plugins/kaniko" in row["ref"])
    hosts = ";".join(f"{host}={layout.MIRROR}" for host in ("index.docker.io", "ghcr.io"))
    assert f"KANIKO_REGISTRY_MAP={hosts}" in row["env"]


@pytest.fixture(scope="module")
def addons(cluster: Sandbox) -> None:
    for name in ("dns", "hostpath-storage"):
        tell(cluster, "microk8s", "enable", name)
    everything = ("deployment", "--all", "--all-namespaces", "--for=condition=Available")
    kubectl(cluster, "wait", *everything, DEADLINE)


@pytest.mark.sandbox
def test_an_image_is_built_and_run(cluster: Sandbox, addons: None) -> None:
    """Without a registry of its own: a page has one, and pushes there."""
    apply(cluster, BUILD)
    assert "FROM goes by the tag" in finished(cluster, "build")
    tell(cluster, "sudo", "microk8s", "ctr", "images", "import", "/tmp/built/page.tar")
    run_pod(cluster, "page", BUILT, "cat", "/page")
    assert finished(cluster, "page") == "meow"


@pytest.mark.sandbox
def test_the_linter_has_a_shell_beside_it(cluster: Sandbox, addons: None) -> None:
    script = "printf 'FROM debian\\n' | hadolint - || echo refused"
    # As the guide's pipeline names it. It gets the stand-in, whose digest is another.
    (image,) = re.findall(r"image: (\S+hadolint\S+)", (SNIPPETS / "nyan/pipeline.sh").read_text())
    run_pod(cluster, "lint", image, "/bin/sh", "-c", script)
    log = finished(cluster, "lint")
    assert "DL3006" in log
    assert log.endswith("refused\n")


@pytest.mark.sandbox
def test_the_scanner_has_a_shell_beside_it_and_knows_secrets_by_their_form(
    cluster: Sandbox, addons: None
) -> None:
    script = """
    mkdir -p /tmp/image/usr/share && cd /tmp/image || exit
    scan() { trivy fs --quiet --scanners secret --exit-code 1 --cache-dir /tmp/cache . ; }
    printf 'const token = "npm_%036d";' 7 > usr/share/page.js
    scan && echo "passed over"
    echo 'disable-allow-rules: [usr-dirs]' > trivy-secret.yaml
    scan || echo "refused"
    """
    image = "docker.io/aquasec/trivy:0.74.0"
    run_pod(cluster, "scan", image, "/bin/sh", "-c", script)
    log = finished(cluster, "scan")
    assert log.index("passed over") < log.index("npm-access-token") < log.index("refused")
    assert "0007" not in log, "it shows where, and not what"


@pytest.mark.sandbox
def test_the_placeholder_sleeps_whatever_it_is_asked(cluster: Sandbox) -> None:
    run_pod(cluster, "placeholder", "docker.io/drone/placeholder:1", "/bin/sh", "-c", "exit 3")
    kubectl(cluster, "wait", "pod/placeholder", "--for=condition=Ready", DEADLINE)
    # It is replaced as soon as a step's image is there, not after a pod's grace of 30 s.
    kubectl(cluster, "delete", "pod/placeholder", "--timeout=15s")


@pytest.mark.sandbox
def test_drone_keeps_its_data_and_its_runner_finds_it(cluster: Sandbox, addons: None) -> None:
    apply(cluster, DRONE)
    namespace = "--namespace=drone"
    kubectl(cluster, namespace, "wait", "pod/server", "--for=condition=Ready", DEADLINE)
    address = kubectl(cluster, namespace, "get", "service/drone", "--output=jsonpath={.spec.clusterIP}")
    # The node's rules for the service follow a moment after the pod is ready.
    patiently = ("--retry", "60", "--retry-delay", "1", "--retry-connrefused", "--connect-timeout", "2")
    login = f"Authorization: Bearer {TOKEN}"
    answer = tell(cluster, "curl", "-fsS", *patiently, "--header", login, f"http://{address}/api/user")
    user = json.loads(answer)
    assert (user["login"], user["admin"]) == ("somebody", True)

    def pinged() -> bool:
        log = kubectl(cluster, namespace, "logs", "pod/runner")
        return "successfully pinged the remote server" in log

    assert poll(pinged, timeout=300, interval=0.5)
