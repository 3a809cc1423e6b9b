"""A step of the pipeline's pages that is pasted twice leaves what it left the first time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from guide.paths import SNIPPETS

#: What earlier pages have defined, and what asks the cluster: all goes well.
FUNCTIONS = """\
admin() { "$@"; }
lint_pipeline() { :; }
drone_api() { cat > /dev/null; printf '{"data": "%064x"}' 0xabc; }
keep() { :; }
built() { :; }
delivered() { :; }
kubectl() { :; }
"""
COMMITTED = "built on the first day"


class Reader:
    """The reader's two repositories, each with a commit, and where they are pushed to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        for name, files in {
            "nyan": {
                ".drone.yml": "kind: pipeline\nsteps:\n",
                "Dockerfile": "FROM gitea.gitops.test/gitops/nginx-unprivileged@sha256:3\nCOPY . /x\n",
                "css/nyan.css": "body { background: #036; }\n",
            },
            "platform": {
                "nyan/image.env": "digest=sha256:1\n",
                "drone/images.env": "DRONE_IMAGE_CLONE=gitea.gitops.test/gitops/drone-git@sha256:2\n",
            },
        }.items():
            for file, text in files.items():
                (home / name / file).parent.mkdir(parents=True, exist_ok=True)
                (home / name / file).write_text(text)
            self.git(name, "init", "--quiet", "--initial-branch=main")
            subprocess.run(["git", "init", "--quiet", "--bare", home / f"{name}.git"], check=True)
            self.git(name, "remote", "add", "origin", str(home / f"{name}.git"))
            self.git(name, "add", ".")
            self.git(name, "commit", "--quiet", "--message", COMMITTED)
            self.git(name, "push", "--quiet", "--set-upstream", "origin", "main")

    def git(self, name: str, *words: str) -> str:
        command = ["git", "-C", str(self.home / name), *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    def paste(self, *steps: str) -> None:
        bodies = "".join((SNIPPETS / f"{step}.sh").read_text(encoding="utf-8") for step in steps)
        (self.home / ".config/gitops").mkdir(parents=True, exist_ok=True)
        (self.home / ".config/gitops/ask.sh").write_text("echo 200 > $1/answers\n")
        done = subprocess.run(
            ["bash", "-s"],
            input=FUNCTIONS + bodies,
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "command not found" not in done.stderr


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.mark.parametrize("scans", [True, False])
def test_a_step_is_added_to_the_pipeline_once(reader: Reader, scans: bool) -> None:
    scan = ["nyan/scan", "nyan/vulnerabilities"] if scans else ["nyan/scan"]
    reader.paste("drone/pipeline", *scan, *scan, "nyan/robot", *scan, "nyan/robot")
    text = (reader.home / "nyan/.drone.yml").read_text()
    pipeline, *signatures = yaml.safe_load_all(text)
    assert signatures == [{"kind": "signature", "hmac": f"{0xABC:064x}"}]
    steps = pipeline["steps"]
    others = ["vulnerabilities"] if scans else []
    assert [step["name"] for step in steps] == ["scan", *others, "deliver"]
    assert steps[-1]["image"] == "gitea.gitops.test/gitops/drone-git@sha256:2"


def test_what_was_broken_is_put_right_once(reader: Reader) -> None:
    reader.paste("commit/push")
    good = reader.git("nyan", "rev-parse", "HEAD:Dockerfile")
    reader.paste("build-fails/lint", "build-fails/copy")
    assert reader.git("nyan", "rev-parse", "HEAD:Dockerfile") != good
    for _ in range(2):
        reader.paste("build-fails/revoked")
        assert reader.git("nyan", "rev-parse", "HEAD:Dockerfile") == good
        assert "#132" in reader.git("nyan", "show", "HEAD:css/nyan.css")


@pytest.mark.parametrize("broken", [1, 2])
def test_the_digest_that_was_built_comes_back_and_stays(reader: Reader, broken: int) -> None:
    for _ in range(broken):
        reader.paste("build-fails/digest")
        assert "sha256:1\n" not in reader.git("platform", "show", "HEAD:nyan/image.env") + "\n"
    for _ in range(2):
        reader.paste("build-fails/fix")
        assert reader.git("platform", "show", "origin/main:nyan/image.env").endswith("sha256:1")


def test_a_change_can_be_made_again(reader: Reader) -> None:
    # A commit each time, for there must be something to build.
    reader.paste("commit/push", "commit/push")
    assert reader.git("nyan", "log", "--format=%s").splitlines() == [
        "A greener sky",
        "A greener sky",
        COMMITTED,
    ]
