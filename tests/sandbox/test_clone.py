"""The script that clones does what Drone's runner asks of it: branches, tags, pull requests, logins."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.paths import MANIFESTS

CLONE = MANIFESTS / "drone" / "clone" / "clone.sh"


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.test"]
    command = ["git", *identity, "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Upstream:
    """A repository with two commits on main, a tag on the first, and a pull request beside the second."""

    def __init__(self, folder: Path) -> None:
        self.url = folder.as_uri()
        folder.mkdir()
        git(folder, "init", "--quiet", "--initial-branch=main")
        self.first = self._commit(folder, "one")
        git(folder, "tag", "v1")
        git(folder, "checkout", "--quiet", "-b", "change")
        self.change = self._commit(folder, "change")
        git(folder, "update-ref", "refs/pull/1/head", self.change)
        git(folder, "checkout", "--quiet", "main")
        git(folder, "branch", "--quiet", "-D", "change")
        self.second = self._commit(folder, "two")

    def _commit(self, folder: Path, name: str) -> str:
        (folder / name).write_text(name)
        git(folder, "add", name)
        git(folder, "commit", "--quiet", "-m", name)
        return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


class Step:
    """The clone step's container."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.workspace = folder / "src"
        self.workspace.mkdir()
        (folder / "ca.crt").write_text("the root\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            # The image brings the root.
            "GIT_SSL_CAINFO": str(folder / "ca.crt"),
            "DRONE_WORKSPACE": str(self.workspace),
            "DRONE_REMOTE_URL": upstream.url,
            "DRONE_BUILD_EVENT": "push",
            "DRONE_COMMIT_BRANCH": "main",
            "DRONE_COMMIT_REF": "refs/heads/main",
            "DRONE_COMMIT_SHA": upstream.second,
        }

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", CLONE], env=self.environment | environment, cwd="/", capture_output=True, text=True
        )

    def files(self) -> set[str]:
        return {path.name for path in self.workspace.iterdir()} - {".git"}


@pytest.fixture
def step(tmp_path: Path, upstream: Upstream) -> Step:
    return Step(tmp_path, upstream)


def test_a_push_is_built_at_its_commit_on_its_branch(step: Step, upstream: Upstream) -> None:
    # One that is not the newest any more.
    done = step.run(DRONE_COMMIT_SHA=upstream.first)
    assert done.returncode == 0, done.stderr
    assert git(step.workspace, "rev-parse", "HEAD") == upstream.first
    assert git(step.workspace, "branch", "--show-current") == "main"
    assert step.files() == {"one"}


def test_a_tag(step: Step, upstream: Upstream) -> None:
    done = step.run(DRONE_BUILD_EVENT="tag", DRONE_COMMIT_REF="refs/tags/v1", DRONE_COMMIT_SHA=upstream.first)
    assert done.returncode == 0, done.stderr
    assert step.files() == {"one"}


def test_a_pull_request_is_merged_into_its_branch(step: Step, upstream: Upstream) -> None:
    done = step.run(
        DRONE_BUILD_EVENT="pull_request",
        DRONE_COMMIT_REF="refs/pull/1/head",
        DRONE_COMMIT_SHA=upstream.change,
        DRONE_COMMIT_AUTHOR_NAME="A Person",
        DRONE_COMMIT_AUTHOR_EMAIL="person@example.test",
    )
    assert done.returncode == 0, done.stderr
    assert step.files() == {"one", "two", "change"}
    assert git(step.workspace, "log", "-1", "--format=%an %ce") == "A Person person@example.test"


def test_the_history_is_as_deep_as_the_pipeline_asks(step: Step) -> None:
    assert step.run(PLUGIN_DEPTH="1").returncode == 0
    assert git(step.workspace, "rev-list", "--count", "HEAD") == "1"


def test_the_login_is_for_this_step_only(step: Step) -> None:
    login = {"MACHINE": "gitea.test", "USERNAME": "somebody", "PASSWORD": "s3cret %s"}
    done = step.run(**{f"DRONE_NETRC_{name}": value for name, value in login.items()})
    assert done.returncode == 0, done.stderr
    file = step.home / ".netrc"
    assert file.read_text() == "machine gitea.test\nlogin somebody\npassword s3cret %s\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (step.workspace / "one").stat().st_mode & 0o044, "later steps may be another user"
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to another user: root")
def test_a_workspace_of_another_user_is_as_good(step: Step, upstream: Upstream) -> None:
    # The kubelet makes it, for root, and the image's user clones into it.
    os.chown(step.workspace, 1000, 1000)
    done = step.run()
    assert done.returncode == 0, done.stderr
    assert step.files() == {"one", "two"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"DRONE_REMOTE_URL": "file:///nowhere"}, "nowhere"),
        ({"DRONE_COMMIT_SHA": "0" * 40}, "0000"),
        ({"DRONE_WORKSPACE": "/nowhere"}, "/nowhere"),
    ],
    ids=["no repository", "no such commit", "no workspace"],
)
def test_what_cannot_be_cloned_fails_the_step(step: Step, wrong: dict[str, str], words: str) -> None:
    done = step.run(**wrong)
    assert done.returncode != 0
    assert words in done.stderr
