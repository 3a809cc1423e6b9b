"""A step that makes a secret and is given nothing for it stores nothing: the next time it makes it again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.paths import SNIPPETS

#: Commands that fail as the real ones do when nobody answers: some say so in JSON on standard output.
FAIL = """\
admin() { "$@"; }
fail() { echo 'the connection was refused' >&2; return 1; }
openssl() { fail; }
gitea_admin() { fail; }
gitea_api() { echo '{"message": "the server is not well"}'; return 22; }
fresh_token() { fail; }
bot_token() { fail; }
registry_secret() { fail; }
revoke_token() { fail; }
pushed_digest() { curl --version > /dev/null | sed -n 's/^docker-content-digest: //p'; }
newest_build() { fail; }
keep() { :; }
"""
#: What would store it: writes down what it is given. The real ones refuse to store nothing.
STORES = """\
kubectl() {
  case " $* " in
    *" get "*) fail ;;
    *" --from-"*) echo "whatever is in the files" >> stored ;;
    *) if [ ! -t 0 ]; then cat >> stored; fi ;;
  esac
}
drone_api() {
  case $1 in
    GET) echo '[]' ;;
    *) cat >> stored ;;
  esac
}
curl() { fail; }
"""


def paste(shell: str, step: str, home: Path, folder: Path) -> None:
    """Run a step as in a terminal: line by line, whatever became of the one before.

    Each of its commands is there: one that is not would store nothing either.
    """
    done = subprocess.run(
        [shell, "-s"],
        input=FAIL + STORES + (SNIPPETS / f"{step}.sh").read_text(encoding="utf-8"),
        env=os.environ | {"HOME": str(home)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "command not found" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    "step", ["drone/secrets", "drone/client", "nyan/bot", "build-fails/token", "drone/clone-digest"]
)
def test_no_empty_secret_is_stored(step: str, shell: str, tmp_path: Path) -> None:
    paste(shell, step, tmp_path, tmp_path)
    stored = tmp_path / "stored"
    assert not stored.exists() or stored.read_text() == ""


@pytest.mark.parametrize(
    ("step", "file"),
    [("drone/clone-digest", "drone/images.env"), ("nyan/convert", "nyan/kustomization.yaml")],
)
def test_no_empty_digest_is_written(step: str, file: str, tmp_path: Path) -> None:
    path = tmp_path / "platform" / file
    path.parent.mkdir(parents=True)
    before = "DRONE_IMAGE_CLONE=a@sha256:1\nimages:\n  - name: own.test/nyan\n    digest: sha256:1\n"
    path.write_text(before)
    paste("bash", step, tmp_path, tmp_path / "platform")
    assert path.read_text() == before
