"""MicroK8s on this machine, against stand-ins of snap, sudo, sg and microk8s."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from guide.clusters import snap
from guide.clusters.microk8s import MicroK8s
from walkthrough.errors import UserError
from walkthrough.machine.base import Disposition
from walkthrough.machine.command import poll

from .machine import World

INSTALL = ["snap", "install", "microk8s", "--classic", "--channel=1.36/stable"]
REMOVE = ["snap", "remove", "--purge", "microk8s"]


@pytest.fixture
def cluster(world: World) -> MicroK8s:
    return MicroK8s(world.options(), world.progress)


def another_start(world: World, cluster: MicroK8s) -> MicroK8s:
    """The next process: what the last one held is free."""
    cluster.claim.release()
    return MicroK8s(world.options(), world.progress)


def changes(world: World) -> list[list[str]]:
    return [call for call in world.calls("snap") if call[1] != "list"]


# --- preflight ---


def test_preflight_is_content_with_a_fresh_machine(cluster: MicroK8s) -> None:
    cluster.preflight()


def test_preflight_says_everything_that_lacks(
    world: World, cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tools("sudo", "snap", "sg")
    world.make("no-snapd")
    world.make("sudo-asks-password")
    monkeypatch.setattr("guide.clusters.microk8s.memory_total", lambda: 4 * 2**30)
    monkeypatch.setattr("guide.clusters.microk8s.disk_free", lambda path: 3 * 2**30)
    with pytest.raises(UserError) as caught:
        cluster.preflight()
    what = caught.value.what
    assert "sudo asks for a password" in what
    assert "snapd does not answer (error: cannot list snaps: cannot communicate with server" in what
    assert "it has 4.0 GiB of memory and needs 7.5 GiB" in what
    assert "has 3.0 GiB free and needs 15.0 GiB" in what
    assert "--cluster multipass" in (caught.value.fix or "")


def test_preflight_without_snap_at_all(
    world: World, cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tools()
    monkeypatch.setenv("PATH", str(world.bin))
    with pytest.raises(UserError) as caught:
        cluster.preflight()
    assert "snap is not there: sudo apt-get install snapd" in caught.value.what
    assert "sudo is not there" in caught.value.what


def test_preflight_needs_linux(cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guide.clusters.microk8s.sys.platform", "darwin")
    with pytest.raises(UserError, match="it needs Linux"):
        cluster.preflight()


def test_the_users_own_microk8s_is_refused_and_never_touched(world: World, cluster: MicroK8s) -> None:
    world.install_as_user("microk8s")
    with pytest.raises(UserError, match="is not the guide's; the guide will not touch it"):
        cluster.preflight()
    # Also where preflight was left out.
    with pytest.raises(UserError, match="is not the guide's; the guide will not touch it"):
        cluster.create()
    another_start(world, cluster).destroy()
    assert world.snap_there("microk8s")
    assert changes(world) == []


def test_preflight_accepts_what_the_guide_left_behind(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    another_start(world, cluster).preflight()


# --- create ---


def test_create_runs_the_pages_commands_in_their_order(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    assert changes(world) == [INSTALL]
    assert world.calls("usermod") == [["usermod", "--append", "--groups", "microk8s", "reader"]]
    assert INSTALL in [call[1:] for call in world.calls("sudo")]


def test_create_replaces_what_an_earlier_run_left(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    again = another_start(world, cluster)
    world.forget()
    again.create()
    assert changes(world) == [REMOVE, INSTALL]


def test_a_failed_install_says_why_and_leaves_nothing(world: World, cluster: MicroK8s) -> None:
    world.make("snap-install-fails")
    with pytest.raises(UserError, match='unable to contact snap store, cannot install "microk8s"') as caught:
        cluster.create()
    assert caught.value.where == "sudo snap install microk8s --classic --channel=1.36/stable"
    assert cluster.claim.read() is None
    assert not cluster.reader.root.exists()


def test_ctrl_c_during_the_install_cleans_up(world: World, cluster: MicroK8s) -> None:
    world.make("snap-install-hangs")

    def interrupt() -> None:
        assert poll((world.folder / "hanging").exists, timeout=300, interval=0.05)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        cluster.create()
    thread.join()
    assert cluster.claim.read() is None
    assert not cluster.reader.root.exists()


def test_two_runs_at_once_do_not_take_each_others(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    with pytest.raises(UserError, match="another run uses the microk8s cluster"):
        MicroK8s(world.options(), world.progress).destroy()
    assert world.snap_there("microk8s")


# --- wait_ready ---


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("never-ready", "microk8s is not running. Use microk8s inspect"),
        # It ends with 0, also where it was asked to wait.
        ("stopped", "microk8s is not running, try microk8s start"),
    ],
)
def test_wait_ready_believes_the_words_not_the_exit_code(
    world: World, cluster: MicroK8s, state: str, words: str
) -> None:
    cluster.create()
    cluster.wait_ready()
    assert world.calls("microk8s") == [
        ["microk8s", "status", "--wait-ready", "--timeout", str(snap.READY_TIMEOUT)]
    ]
    world.make(state)
    with pytest.raises(UserError) as caught:
        cluster.wait_ready()
    assert words in caught.value.what
    assert "container runtime network not ready" in caught.value.what


# --- destroy ---


def test_destroy_works_from_any_state_and_twice(world: World, cluster: MicroK8s) -> None:
    cluster.destroy()
    assert changes(world) == []
    cluster.create()
    world.forget()
    cluster.destroy()
    cluster.destroy()
    assert changes(world) == [REMOVE]
    assert cluster.claim.read() is None


def test_destroy_waits_for_a_change_that_is_under_way(
    world: World, cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("walkthrough.machine.command.time.sleep", lambda seconds: None)
    cluster.create()
    world.forget()
    world.make("snap-busy")
    cluster.destroy()
    assert changes(world) == [REMOVE, REMOVE]
    assert not world.snap_there("microk8s")


def test_a_removal_that_fails_is_said_and_can_be_tried_again(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    world.make("snap-remove-fails")
    with pytest.raises(UserError, match="cannot perform the following tasks"):
        cluster.destroy()
    world.fix("snap-remove-fails")
    another_start(world, cluster).destroy()
    assert not world.snap_there("microk8s")


def killed_while_installing(world: World, cluster: MicroK8s) -> None:
    """An earlier run that was killed before it could mark what snapd then finished installing."""
    cluster.claim.write({"state": "installing"})
    world.install_as_user("microk8s")


def test_destroy_after_a_kill_during_the_install(world: World, cluster: MicroK8s) -> None:
    killed_while_installing(world, cluster)
    cluster.destroy()
    assert not world.snap_there("microk8s")


@pytest.mark.parametrize("seconds", [-7200.0, 7200.0])
def test_a_microk8s_from_another_time_is_not_taken_for_that_install(
    world: World, cluster: MicroK8s, seconds: float
) -> None:
    killed_while_installing(world, cluster)
    when = time.time() + seconds
    os.utime(world.folder / "snap/microk8s/current", (when, when), follow_symlinks=False)
    cluster.destroy()
    assert world.snap_there("microk8s")


def test_the_users_install_after_ours_was_removed_by_hand_is_safe(world: World, cluster: MicroK8s) -> None:
    cluster.create()
    subprocess.run(REMOVE, check=True)
    world.install_as_user("microk8s")
    another_start(world, cluster).destroy()
    assert world.snap_there("microk8s")


def test_destroy_puts_the_machines_files_right_and_only_what_steps_left(
    world: World, cluster: MicroK8s, etc: Path
) -> None:
    cluster.create()
    with (etc / "hosts").open("a") as hosts:
        hosts.write("192.168.1.2 added-by-the-user\n127.0.0.1 nyan.gitops.test # gitops.test\n")
    (etc / "ca-certificates/gitops-ca.crt").write_text("a step's")
    (etc / "ca-certificates/company.crt").write_text("the user's")
    cluster.destroy()
    assert (etc / "hosts").read_text() == (
        "127.0.0.1 localhost\n10.0.0.9 printer.gitops.test\n192.168.1.2 added-by-the-user\n"
    )
    assert [path.name for path in (etc / "ca-certificates").iterdir()] == ["company.crt"]
    assert world.calls("update-ca-certificates") == [["update-ca-certificates", "--fresh"]]


# --- what the chain asks ---


def test_steps_get_a_home_of_their_own_and_never_the_users_kubeconfig(cluster: MicroK8s) -> None:
    cluster.create()
    script = 'printf "%s\\n" "$HOME" "${KUBECONFIG-none}${XDG_STATE_HOME-}" "${PATH%%:*}" "$1"; cat; exit 137'
    done = subprocess.run(
        cluster.argv(["sh", "-c", script, "sh", "two  words 'quoted' $HOME\nand a line"]),
        input="from stdin",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 137
    home, kubeconfig, first, rest = done.stdout.split("\n", 3)
    assert Path(home) == cluster.reader.home
    assert (kubeconfig, first) == ("none", "/snap/bin")
    assert rest == "two  words 'quoted' $HOME\nand a line\nfrom stdin"


@pytest.mark.parametrize("command", [["true"], []])
def test_nothing_is_opened_in_a_cluster_that_is_not_up(cluster: MicroK8s, command: list[str]) -> None:
    """A shell in a home that nobody has made would be the user's own."""
    with pytest.raises(UserError, match="no cluster called 'guide' is up") as told:
        _ = cluster.argv(command) if command else cluster.shell()
    assert "guide cluster up --cluster microk8s" in str(told.value)


def test_a_fresh_member_of_the_group_goes_through_sg(
    world: World, cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guide.clusters.microk8s.os.geteuid", lambda: 1000)
    monkeypatch.setattr("guide.clusters.microk8s.os.getgroups", lambda: [1000])
    cluster.create()
    words = "two  words 'quoted' \"twice\" $HOME `id`\nand a line; exit 1"
    done = subprocess.run(
        cluster.argv(["sh", "-c", 'printf "%s" "$STAND_IN_GROUP:$1"; exit 124', "sh", words]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 124
    assert done.stdout == f"microk8s:{words}"


def test_kill_ends_a_step_as_root(world: World, cluster: MicroK8s, monkeypatch: pytest.MonkeyPatch) -> None:
    step = subprocess.Popen(["sleep", "120"], env={**os.environ, "WALKTHROUGH_STEP": "m-1"})
    monkeypatch.setattr("guide.clusters.microk8s.os.geteuid", lambda: 1000)
    cluster.kill("m-1")
    assert step.wait(timeout=120) == -9
    assert world.calls("sudo")[-1][1] == sys.executable


def test_answers(cluster: MicroK8s) -> None:
    answer = cluster.answer("microk8s")
    assert answer.disposition is Disposition.SUBSTITUTED
    assert "sudo snap install microk8s --classic --channel=1.36/stable" in answer.text
    assert "sudo usermod --append --groups microk8s reader" in answer.text
    assert "sudo snap remove --purge microk8s" in answer.text
    for tag in ("multipass", "wsl"):
        assert cluster.answer(tag).disposition is Disposition.SKIPPED
        assert "straight on Linux" in cluster.answer(tag).text
    assert cluster.answer("internet").disposition is Disposition.RUN
    with pytest.raises(UserError, match="when=minikube"):
        cluster.answer("minikube")


def test_versions_are_what_snap_says(world: World, cluster: MicroK8s) -> None:
    cluster.reader.prepare()
    assert cluster.versions() == {}
    cluster.create()
    assert cluster.versions() == {"microk8s": "v1.36.1 (revision 8234, 1.36/stable)"}
    assert cluster.replacements() == []
