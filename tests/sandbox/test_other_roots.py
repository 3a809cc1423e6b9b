"""A machine whose root cannot be shown with other owners: an overlay, as container engines make theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guide.paths import ROOT, cache_dir, state_dir
from guide.sandbox.namespaces import EVERY_USER

pytestmark = pytest.mark.sandbox

#: Runs a command on an overlay of this machine's root; the folders that are named stay the real ones.
ON_AN_OVERLAY = """
set -eu
folder=$1; here=$2; shift 2
mount --make-rprivate /
mount -t tmpfs layers "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay root "$folder/root" -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work"
for real in /proc /sys /dev /run /tmp $REAL; do
    mkdir -p "$folder/root$real"
    mount --rbind "$real" "$folder/root$real"
done
mkdir "$folder/root/before"
cd "$folder/root"
pivot_root . before
umount --lazy before
cd "$here"
exec "$@"
"""
NAME = f"overlay-{os.getpid()}"
#: What the machine's root then may not do, though its number is root's here.
REFUSED = {
    "a device of one's own": "mknod /tmp/disk b 8 0 && head -c 1 /tmp/disk",
    "all devices": "mount -t devtmpfs none /mnt",
    "the clock": "date --set=@$(date +%s)",
}


def on_an_overlay(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    real = " ".join(str(path) for path in (ROOT, state_dir(), cache_dir(), Path(sys.prefix)))
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", ON_AN_OVERLAY, "sh", str(folder), str(ROOT), *command],
        env=os.environ | {"REAL": real},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def guide(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "guide", "cluster", *words, "--name", NAME)


@pytest.fixture(scope="module")
def up() -> Iterator[str]:
    """What starting a cluster there said."""
    with tempfile.TemporaryDirectory() as folder:
        done = on_an_overlay(Path(folder), *guide("up"))
        try:
            assert done.returncode == 0, done.stdout + done.stderr
            yield done.stdout + done.stderr
        finally:
            subprocess.run(guide("down"), check=True, capture_output=True, timeout=120)


def inside(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*guide("shell"), "--", "sudo", "bash", "-c", command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_cluster_starts_and_says_what_its_root_may(up: str) -> None:
    assert "cannot be shown with other owners" in up
    assert inside("cat /proc/self/uid_map").stdout.split() == ["0", "0", str(EVERY_USER)]
    assert inside("microk8s kubectl get nodes --no-headers").stdout.split()[1] == "Ready"


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.usefixtures("up")
def test_its_root_is_no_root_of_the_kernel(what: str) -> None:
    done = inside(REFUSED[what])
    assert done.returncode != 0, done.stdout
    words = ("not permitted", "permission denied", "must be superuser")
    assert any(word in done.stderr.lower() for word in words), done.stderr
