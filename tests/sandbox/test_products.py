"""The images of Gitea, Argo CD and Redis do what the originals do, where the guide's pages do not show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from guide.sandbox.binaries import recipes
from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import apply, ask, kubectl, remove_all, sandbox

pytestmark = pytest.mark.sandbox

DEADLINE = 90.0
GITEA = "docker.gitea.com/gitea:1.27.3-rootless"
ARGOCD = "quay.io/argoproj/argocd:v3.5.7"
REDIS = "public.ecr.aws/docker/library/redis:8.2.3-alpine"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        made = sandbox("products", "gitea", "argocd")
        made.preflight()
        try:
            made.create()
            made.wait_ready()
            # Pods are refused before it is there.
            kubectl(made, "wait", "serviceaccount/default", "--for=create", f"--timeout={DEADLINE:.0f}s")
            yield made
        finally:
            remove_all()


def succeeds(cluster: Sandbox, *command: str) -> bool:
    return ask(cluster, "microk8s", "kubectl", *command).returncode == 0


def log_of(cluster: Sandbox, pod: str) -> str:
    """The log of a pod that has ended well."""
    phase = "--for=jsonpath={.status.phase}=Succeeded"
    kubectl(cluster, "wait", f"pod/{pod}", phase, f"--timeout={DEADLINE:.0f}s")
    return kubectl(cluster, "logs", pod)


def test_gitea_without_a_file_is_configured_by_variables(cluster: Sandbox) -> None:
    variables = ("SECRET_KEY=not-a-secret", "ROOT_URL=http://git.test/", "GITEA__ui__DEFAULT_THEME=arc")
    kubectl(cluster, "run", "gitea", f"--image={GITEA}", *(f"--env={variable}" for variable in variables))
    healthy = ("curl", "--silent", "--fail", "http://localhost:3000/api/healthz")
    assert poll(lambda: succeeds(cluster, "exec", "gitea", "--", *healthy), timeout=DEADLINE, interval=1)
    settings = kubectl(cluster, "exec", "gitea", "--", "cat", "/etc/gitea/app.ini").splitlines()
    for setting in ("INSTALL_LOCK = true", "ROOT_URL = http://git.test/", "DEFAULT_THEME = arc"):
        assert setting in [" ".join(line.split()) for line in settings]

    # Its own command finds the same file and the same database.
    user = ("--username=someone", "--password=some-Password-1", "--email=someone@git.test")
    made = kubectl(cluster, "exec", "gitea", "--", "gitea", "admin", "user", "create", *user)
    assert "'someone' has been successfully created" in made
    page = kubectl(cluster, "exec", "gitea", "--", "curl", "--silent", "http://localhost:3000/someone")
    assert "<title>someone" in page
    # What the page is drawn with is there, under the names that the build gave it.
    assets = re.findall(r'"(/assets/(?:css|js)/index\.[^"]+)"', page)
    assert {path.rpartition(".")[2] for path in assets} == {"css", "js"}
    addresses = [f"http://localhost:3000{path}" for path in assets]
    discard = ["--output", "/dev/null"] * len(assets)
    assert succeeds(cluster, "exec", "gitea", "--", "curl", "--silent", "--fail", *discard, *addresses)


def test_gitea_becomes_the_command_that_it_is_given(cluster: Sandbox) -> None:
    kubectl(cluster, "run", "version", f"--image={GITEA}", "--restart=Never", "--", "gitea", "--version")
    assert "1.27.3" in log_of(cluster, "version")


def test_gitea_says_what_it_cannot_write(cluster: Sandbox) -> None:
    apply(
        cluster,
        f"""\
apiVersion: v1
kind: Pod
metadata: {{name: stranger}}
spec:
  restartPolicy: Never
  containers:
  - {{name: gitea, image: "{GITEA}", securityContext: {{runAsUser: 4321, readOnlyRootFilesystem: true}}}}
""",
    )
    phase = "--for=jsonpath={.status.phase}=Failed"
    kubectl(cluster, "wait", "pod/stranger", phase, f"--timeout={DEADLINE:.0f}s")
    assert "/var/lib/gitea/git is not writable" in kubectl(cluster, "logs", "stranger")


NAMES = (
    *("server", "repo-server", "application-controller", "applicationset-controller"),
    *("cmp-server", "commit-server", "dex", "k8s-auth", "notifications"),
)


#: What Argo CD's own manifests do with its program, and what it calls. Help says whose it is.
CALLS = f"""\
whose() {{ "$1" --help | sed -n 's/^  \\(argocd-[a-z0-9-]*\\) .*/\\1/p' | sort -u; }}
for name in {" ".join(NAMES)}; do whose "argocd-$name"; done
/bin/cp /usr/local/bin/argocd /tmp/argocd && /bin/ln -sf /tmp/argocd /tmp/argocd-cmp-server
whose /tmp/argocd-cmp-server
id -u
kustomize version
gpg-wrapper.sh --list-secret-keys nobody | tail -n 1
"""


def test_argocd_is_all_that_its_names_say(cluster: Sandbox) -> None:
    command = ("--command", "--", "sh", "-c", CALLS)
    kubectl(cluster, "run", "names", f"--image={ARGOCD}", "--restart=Never", *command)
    assert log_of(cluster, "names").splitlines() == [
        *(f"argocd-{name}" for name in NAMES),
        "argocd-cmp-server",
        "999",
        recipes()["kustomize"].version,
        "gpg: error reading key: No secret key",
    ]


def test_redis_takes_options_alone(cluster: Sandbox) -> None:
    apply(
        cluster,
        f"""\
apiVersion: v1
kind: Pod
metadata: {{name: redis}}
spec:
  containers:
  - name: redis
    image: {REDIS}
    args: [--save, "", --appendonly, "no", --requirepass $(PASSWORD)]
    env: [{{name: PASSWORD, value: secret}}]
    securityContext: {{runAsNonRoot: true, runAsUser: 999, readOnlyRootFilesystem: true}}
""",
    )
    ping = ("exec", "redis", "--", "redis-cli", "--no-auth-warning", "-a", "secret", "ping")
    assert poll(lambda: succeeds(cluster, *ping), timeout=DEADLINE, interval=1)
    assert kubectl(cluster, *ping) == "PONG\n"
    assert "NOAUTH" in kubectl(cluster, "exec", "redis", "--", "redis-cli", "ping")
    saved = kubectl(cluster, *ping[:-1], "config", "get", "save")
    assert saved.split() == ["save"]
