"""A terminal without ``set -e``, in which every program that reaches out is a stand-in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.paths import SNIPPETS

#: What an earlier page has defined, as far as the steps here need it.
BEFORE = """\
keep() { :; }
admin() { "$@"; }
gitea_admin() { kubectl exec -- gitea admin user "$@"; }
gitea_api() { curl "$@"; }
gitea_token() { echo a-token; }
"""


class Terminal:
    """A reader's shell in a home of its own.

    :param shell: ``bash`` or ``zsh``.
    """

    def __init__(self, root: Path, shell: str) -> None:
        self.home = root
        self.shell = shell
        self.platform = root / "platform"
        for folder in ("bin", "tmp", "platform", ".config/gitops", "said"):
            (root / folder).mkdir(parents=True)

    def stand_in(self, name: str, script: str) -> None:
        """A program of that name. ``$SAID`` is the folder for what it has to tell, ``$1`` its first word."""
        path = self.home / "bin" / name
        path.write_text(
            f'#!/bin/bash\nSAID={self.home}/said\necho "$*" >> "$SAID/{name}"\n{script}\n', encoding="utf-8"
        )
        path.chmod(0o755)

    def calls(self, name: str) -> list[str]:
        """The arguments of each call of a stand-in."""
        path = self.home / "said" / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def told(self, name: str) -> str:
        """What a stand-in wrote into ``$SAID``."""
        path = self.home / "said" / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def paste(self, *steps: str, before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
        """Run steps, ``page/step``, one after the other in one shell, whatever becomes of each line.

        Each of their commands is there: a step that finds none does no harm for that reason alone.
        """
        texts = [(SNIPPETS / f"{step}.sh").read_text(encoding="utf-8") for step in steps]
        done = subprocess.run(
            [self.shell, "-c", "\n".join([BEFORE, before, *texts, after])],
            cwd=self.platform,
            env={
                "HOME": str(self.home),
                "TMPDIR": str(self.home / "tmp"),
                "PATH": f"{self.home}/bin:{os.environ['PATH']}",
                "GIT_CONFIG_NOSYSTEM": "1",
                "KUBECONFIG": str(self.home / "gitops.yaml"),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "command not found" not in done.stderr
        return done


class Repository:
    """The reader's ``~/platform`` with somewhere to push to.

    :param terminal: whose home it is in.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.folder = terminal.platform
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(terminal.home / "gitea.git"))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "reader")
        self.git("config", "user.email", "reader@gitops.test")
        self.git("remote", "add", "origin", str(terminal.home / "gitea.git"))
        self.write("nyan/kustomization.yaml", "resources:\n  - ingress.yaml\n")
        self.write("nyan/index.html", "background: #123;\n")
        self.write("nyan/deployment.yaml", "  replicas: 1\n")
        self.write("apps/projects.yaml", "  description: The cat, in its own namespace.\n  sourceRepos: []\n")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=The platform so far")
        self.git("push", "--quiet", "--set-upstream", "origin", "main")

    def git(self, *words: str) -> str:
        """What git says."""
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout

    def write(self, name: str, text: str) -> None:
        """A file of the repository."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """What is in a file."""
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def log(self) -> list[str]:
        """The subjects of what was pushed, the newest first."""
        return self.git("log", "--format=%s", "origin/main").splitlines()


@pytest.fixture(params=["bash", "zsh"])
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Terminal:
    """A terminal of each kind."""
    return Terminal(tmp_path, request.param)


@pytest.fixture
def repository(terminal: Terminal) -> Repository:
    """The terminal's repository."""
    return Repository(terminal)
