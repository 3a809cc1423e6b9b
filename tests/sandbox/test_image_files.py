"""The scripts that go into images as they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from guide.sandbox.binaries import SANDBOX

ARGOCD = SANDBOX / "images/argocd/usr/local/bin"


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.test")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ARGOCD / "git-verify-wrapper.sh", *arguments], cwd=folder, capture_output=True, text=True
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits, of which one has a tag, and a gpg that knows no key."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=one")
    git(tmp_path, "tag", "--annotate", "--message=release", "v1")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=two")
    return tmp_path


def test_of_a_revision_without_a_signature_there_is_nothing_to_say(repository: Path) -> None:
    for revision in ("HEAD", "v1"):
        done = verify(repository, revision)
        assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_what_git_says_of_a_signature_is_passed_on(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = repository / "gpg"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        "*verify*) echo 'gpg: no public key' >&2; exit 2 ;;\n"
        "*) cat >/dev/null; echo '[GNUPG:] SIG_CREATED x' >&2; echo '-----BEGIN PGP SIGNATURE-----' ;;\n"
        "esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{repository}:{os.environ['PATH']}")
    git(repository, "commit", "--quiet", "--allow-empty", "--gpg-sign", "--message=three")
    done = verify(repository, "HEAD")
    assert (done.returncode, done.stdout) == (0, "gpg: no public key\n")


def test_git_that_does_not_work_is_an_error(tmp_path: Path) -> None:
    done = verify(tmp_path, "HEAD")
    assert done.returncode == 128
    assert "not a git repository" in done.stderr
    assert verify(tmp_path).returncode != 0


@pytest.mark.parametrize(("code", "accepted"), [(0, True), (2, True), (127, False)])
def test_gpg_is_read_whatever_its_exit_code(
    code: int, accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gpg"
    program.write_text(f'#!/bin/sh\necho "said $*" >&2\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run([ARGOCD / "gpg-wrapper.sh", "--list-keys"], capture_output=True, text=True)
    assert (done.returncode == 0, done.stdout) == (accepted, "said --list-keys\n")


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (["--save", "", "--requirepass a b"], ["redis-server", "--save", "", "--requirepass a b"]),
        (["own.conf"], ["redis-server", "own.conf"]),
        (["redis-cli", "ping"], ["redis-cli", "ping"]),
    ],
)
def test_redis_takes_options_a_file_or_a_command(
    given: list[str], becomes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("redis-server", "redis-cli"):
        program = tmp_path / name
        program.write_text('#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    entrypoint = SANDBOX / "images/redis/usr/local/bin/docker-entrypoint.sh"
    done = subprocess.run([entrypoint, *given], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == becomes
