"""What Gitea's hooks take for a secret, what they let in, and that Gitea's own hooks run after them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from guide import upstream
from guide.manifests import used_addresses
from guide.paths import MANIFESTS, SNIPPETS

HOOKS = MANIFESTS / "gitea/hooks"
#: What Gitea keeps in a repository: each says that it was called.
OWN = '#!/bin/sh\ncat > /dev/null\necho "Gitea\'s ${0##*/} $*" >&2\n'
KEY = "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEE\n"
#: Put together here, so that no scanner of this repository stops at a test.
SECRETS = (
    KEY,
    "https://gitops:" + "0123456789abc@gitea.gitops.test",
    "ghp_" + "0123456789abcdefABCDEF0123456789abcd",
    "password: $2a$10$" + "0123456789012345678901",
    "  secret: " + "0123456789abcdef" * 2,
    "token=" + "0123456789abcdef" * 2 + "01234567",
    "eyJhbGciOiJSUzI1NiIs.eyJzdWIiOiIxMjM0" + "NTY3.c2lnbmF0dXJlc2lnbmF0dXJl",
)
OTHERS = (
    "secretName: gitea-tls",
    "digest=sha256:" + "0123456789abcdef" * 4,
    "newTag: " + "0123456789abcdef" * 2,
    "password: ***",
    "key: DRONE_RPC_SECRET",
    "https://$USER:$PASSWORD@gitea.gitops.test",
)


class Clone:
    """A clone, and the repository in Gitea that it pushes to, with the hooks as the pod has them."""

    def __init__(self, folder: Path, gitea: Path = MANIFESTS / "gitea") -> None:
        hooks = folder / "gitea-hooks"
        hooks.mkdir()
        generator = yaml.safe_load((gitea / "kustomization.yaml").read_text())["configMapGenerator"]
        (files,) = [row["files"] for row in generator if row["name"] == "gitea-hooks"]
        for row in files:
            name, _, source = row.rpartition("=")
            shutil.copy(gitea / source, hooks / (name or Path(source).name))
        for hook in hooks.iterdir():
            hook.chmod(0o555)
        self.bare, self.here = folder / "bare.git", folder / "clone"
        self.git("init", "--quiet", "--bare", str(self.bare), at=folder)
        for name in ("pre-receive", "update", "post-receive"):
            own = self.bare / "hooks" / name
            own.write_text(OWN)
            own.chmod(0o755)
        self.git("config", "core.hooksPath", str(hooks), at=self.bare)
        self.git("init", "--quiet", "--initial-branch=main", str(self.here), at=folder)
        self.commit("README.md", "hello\n")

    def git(self, *words: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
        own = ("-c", "user.name=r", "-c", "user.email=r@x", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", *own, *words], cwd=at or self.here, capture_output=True, text=True, check=False
        )

    def commit(self, name: str, text: str, message: str = "x") -> None:
        (self.here / name).write_text(text)
        self.git("add", ".")
        assert self.git("commit", "--quiet", "--allow-empty", "--message", message).returncode == 0

    def push(self, *what: str) -> str:
        return self.git("push", str(self.bare), *(what or ("main",))).stderr


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_what_is_no_secret_is_taken_in_and_gitea_s_hooks_run(clone: Clone) -> None:
    clone.commit("a.yaml", "\n".join(OTHERS))
    said = clone.push()
    assert "main -> main" in said
    assert "rejected" not in said
    for name in ("pre-receive", "update refs/heads/main", "post-receive"):
        assert f"Gitea's {name}" in said
    assert "[deleted]" in clone.push("--delete", "main")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_refused_and_named_by_its_file_alone(clone: Clone, secret: str) -> None:
    clone.commit("a.yaml", f"kind: A\n{secret}\n")
    said = clone.push()
    assert "pre-receive hook declined" in said
    assert "in a.yaml" in said
    assert secret.split()[-1] not in said
    assert "Gitea's" not in said


def test_one_that_was_deleted_again_is_refused(clone: Clone) -> None:
    clone.commit("key.pem", KEY)
    (clone.here / "key.pem").unlink()
    clone.commit("b", "b")
    assert "in key.pem" in clone.push()


def test_one_without_a_commit_or_in_its_message_is_refused(clone: Clone) -> None:
    assert "main -> main" in clone.push()
    clone.commit("key.pem", KEY)
    blob = clone.git("rev-parse", "main:key.pem").stdout.strip()
    assert "in the blob" in clone.push(f"{blob}:refs/tags/x")
    clone.git("reset", "--hard", "HEAD~1")
    clone.commit("b", "b", SECRETS[5])
    assert "in the commit" in clone.push()


def test_what_came_in_before_does_not_stop_the_next_push(clone: Clone) -> None:
    clone.commit("key.pem", KEY)
    hooks = clone.git("config", "core.hooksPath", at=clone.bare).stdout.strip()
    clone.git("config", "core.hooksPath", "/nowhere", at=clone.bare)
    assert "main -> main" in clone.push()
    clone.git("config", "core.hooksPath", hooks, at=clone.bare)
    clone.commit("b", "b")
    assert "declined" not in clone.push()


#: A pipeline that the runner would read otherwise than Drone's server, which has checked its signature.
REWRITTEN = (
    "${SPLIT:----}: a\nkind: pipeline\n",
    "${SPLIT:-\n---\n}: a\n",
    "a: ${DRONE_COMMIT_MESSAGE}\n",
    "a: ${DRONE_COMMIT_SHA}\n",
    "a: ${DRONE_COMMIT_SHA:0:88}\n",
    "a: ${DRONE_COMMIT_SHA:-x}\n",
    'a: "\\\\"\n',
    "a: \\/\n",
    "a: $$\n",
    "a: ${DRONE_COMMIT_SHA:0:8} $$\n",
    "a: ${DRONE_COMMIT_SHA/a/b}\n",
    "a: ${DRONE_COMMIT_SHA} ${x}\n",
    "a: ${${DRONE_COMMIT_SHA}\n",
    "a: $${x}\n",
    "a: \udcff${x}\n",
    "a: \0${x}\n",
    "a: ${x",
)


@pytest.mark.parametrize("text", REWRITTEN)
def test_a_pipeline_that_changes_after_its_signature_is_refused(clone: Clone, text: str) -> None:
    clone.commit("README.md", "again\n")
    (clone.here / ".drone.yml").write_bytes(text.encode(errors="surrogateescape"))
    clone.commit("b", "b")
    said = clone.push()
    assert "pre-receive hook declined" in said
    assert "in .drone.yml of the commit" in said


def test_one_that_came_under_another_name_is_refused(clone: Clone) -> None:
    clone.commit("a.yml", REWRITTEN[0])
    assert "main -> main" in clone.push()
    clone.git("mv", "a.yml", ".drone.yml")
    clone.commit("b", "b")
    assert "in .drone.yml of the commit" in clone.push()
    assert "in .drone.yml of the commit" in clone.push("HEAD:refs/for/main/x")


def test_one_that_an_older_commit_or_a_tag_has_is_refused(clone: Clone) -> None:
    clone.commit(".drone.yml", REWRITTEN[0])
    clone.commit(".drone.yml", "kind: pipeline\n")
    assert "pre-receive hook declined" in clone.push()
    clone.git("tag", "x", "HEAD~1")
    assert "pre-receive hook declined" in clone.push("refs/tags/x")


@pytest.mark.parametrize(
    "text",
    [
        'a: "${DRONE_COMMIT_SHA:0:8}-$HOME $(id)"\n',
        "a: {b: $c}\n",
        "",
    ],
)
def test_a_pipeline_that_stays_as_it_is_is_taken_in(clone: Clone, text: str) -> None:
    clone.commit(".drone.yml", text)
    assert "main -> main" in clone.push()


def test_what_cannot_be_looked_at_is_refused(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "gitea-hooks/secrets").unlink()
    assert "pre-receive hook declined" in clone.push()


#: What the chapter on secrets refuses as well: a Secret in the clear, in whatever way it is written.
PLAIN = (
    "apiVersion: v1\nkind: Secret\ndata:\n  a: Yg==\n",
    'stringData: {a: b}\nkind: "Secret"  # so it is\n',
    "items:\n- apiVersion: v1\n  kind: Secret\n  data:\n    a: Yg==\n",
    '{"kind": "Secret", "data": {"a": "Yg=="}}\n',
    '{"data":{"a":"Yg=="},"apiVersion":"v1","kind":"Secret"}\n',
    "- kind: Secret\n  stringData: {a: b}\n",
    '{\n  "data": {\n    "a": "Yg=="\n  },\n  "kind": "Secret",\n  "apiVersion": "v1"\n}\n',
    "kind: ConfigMap\n---\nkind: Secret\r\ndata:\r\n  a: Yg==\r\n",
)
NOT_PLAIN = (
    "kind: Secret\nmetadata:\n  name: empty\n",
    "kind: Secret\ndata: {}\n",
    "kind: Secret\n---\nkind: ConfigMap\ndata:\n  a: b\n",
    "kind: SealedSecret\nspec:\n  encryptedData:\n    a: AgB\n  template:\n    type: Opaque\n",
    "ignore:\n  - kind: Secret\n    name: x\ndata:\n  a: b\n",
    "kind: Secret\n--- # the next\nkind: ConfigMap\ndata:\n  a: b\n",
    "kind: Secret\r\n---\r\nkind: ConfigMap\r\ndata:\r\n  a: b\r\n",
)


@pytest.fixture
def stricter(tmp_path: Path) -> Clone:
    """With the hook as the step on the page leaves it, pasted twice."""
    gitea = tmp_path / "platform/gitea"
    shutil.copytree(MANIFESTS / "gitea", gitea)
    stand_ins = "".join(f"{name}() {{ :; }}\n" for name in ("commit", "git", "delivered", "kubectl", "curl"))
    step = stand_ins + (SNIPPETS / "secrets/hook.sh").read_text(encoding="utf-8")
    for _ in range(2):
        done = subprocess.run(
            ["bash", "-e", "-c", step], env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, check=False
        )
        assert done.returncode == 0
    return Clone(tmp_path, gitea)


@pytest.mark.parametrize("text", PLAIN)
def test_a_secret_in_the_clear_is_refused(stricter: Clone, text: str) -> None:
    stricter.commit("plain.yaml", text)
    said = stricter.push()
    assert "in plain.yaml" in said
    assert "rejected" in said


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_sealed_or_empty_is_taken_in(stricter: Clone, text: str) -> None:
    stricter.commit("other.yaml", text)
    assert "main -> main" in stricter.push()


def test_the_other_forms_are_still_seen(stricter: Clone) -> None:
    stricter.commit("key.pem", KEY)
    assert "in key.pem" in stricter.push()


def test_upstream_s_manifests_hold_no_secret_in_the_clear() -> None:
    plain = HOOKS / "plain"
    addresses = used_addresses()
    assert addresses
    for path in map(upstream.fetch, addresses):
        with path.open("rb") as manifest:
            assert subprocess.run(["sh", plain], stdin=manifest, check=False).returncode == 1, path
