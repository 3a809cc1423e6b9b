"""A VM with MicroK8s, against stand-ins of multipass and of what is in the VM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading

import pytest

from guide.clusters.multipass import Multipass
from guide.clusters.vm import LAUNCH_TIMEOUT
from walkthrough.errors import UserError
from walkthrough.machine.base import Disposition
from walkthrough.machine.command import poll

from .machine import World

LAUNCH = [
    *("multipass", "launch", "24.04", "--name", "guide", "--cpus", "4", "--memory", "8G", "--disk", "40G"),
    *("--timeout", str(LAUNCH_TIMEOUT)),
]
DELETE = ["multipass", "delete", "--purge", "guide"]


@pytest.fixture
def cluster(world: World) -> Multipass:
    return Multipass(world.options(), world.progress)


def another_start(world: World, cluster: Multipass) -> Multipass:
    """The next process: what the last one held is free."""
    cluster.claim.release()
    return Multipass(world.options(), world.progress)


def make_vm(world: World, name: str, state: str = "Running") -> None:
    """A VM that the guide knows nothing of."""
    world.make("vms.json", json.dumps({**world.vms, name: state}))


def changes(world: World) -> list[list[str]]:
    return [call for call in world.calls("multipass") if call[1] in ("launch", "delete")]


# --- preflight ---


def test_preflight_is_content_with_a_fresh_machine(cluster: Multipass) -> None:
    cluster.preflight()


def test_preflight_without_multipass(
    world: World, cluster: Multipass, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tools()
    monkeypatch.setenv("PATH", str(world.bin))
    with pytest.raises(UserError, match="multipass is not there"):
        cluster.preflight()


def test_preflight_says_everything_that_lacks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.make("version", "1.15.1+mac")
    world.make("no-multipassd")
    monkeypatch.setattr("guide.clusters.multipass.memory_total", lambda: 8 * 2**30)
    with pytest.raises(UserError) as caught:
        Multipass(world.options(name="my_vm"), world.progress).preflight()
    what = caught.value.what
    assert "'my_vm' is no name for a VM" in what
    assert "multipass is 1.15.1+mac and must be >= 1.16" in what
    assert "list failed: cannot connect to the multipass socket" in what
    assert "8.0 GiB of memory and needs 10.0 GiB" in what


@pytest.mark.parametrize("version", ["1.16.0", "1.16.1+win", "1.17.0-dev.12", "2.0"])
def test_preflight_takes_newer_versions(world: World, cluster: Multipass, version: str) -> None:
    world.make("version", version)
    cluster.preflight()


def test_preflight_refuses_the_vm_that_gets_the_users_home(world: World) -> None:
    with pytest.raises(UserError, match="primary VM, which gets your home folder"):
        Multipass(world.options(name="primary"), world.progress).preflight()


@pytest.mark.parametrize("state", ["Running", "Stopped", "Deleted"])
def test_another_vm_of_the_name_is_refused_and_never_touched(
    world: World, cluster: Multipass, state: str
) -> None:
    make_vm(world, "guide", state)
    with pytest.raises(UserError, match="VM named 'guide' that the guide did not make"):
        cluster.preflight()
    # Also where preflight was left out.
    with pytest.raises(UserError, match="VM named 'guide' that the guide did not make"):
        cluster.create()
    another_start(world, cluster).destroy()
    assert world.vms == {"guide": state}
    assert changes(world) == []


# --- create ---


def test_create_launches_and_installs_as_the_page_does(world: World, cluster: Multipass) -> None:
    make_vm(world, "other")
    cluster.create()
    assert changes(world) == [LAUNCH]
    assert world.calls("snap") == [["snap", "install", "microk8s", "--classic", "--channel=1.36/stable"]]
    assert world.calls("usermod") == [["usermod", "--append", "--groups", "microk8s", "ubuntu"]]
    assert world.vms == {"other": "Running", "guide": "Running"}


def test_create_replaces_what_an_earlier_run_left(world: World, cluster: Multipass) -> None:
    cluster.create()
    world.forget()
    (world.folder / "snap").rename(world.folder / "snap-of-the-first-vm")
    (world.folder / "var").rename(world.folder / "var-of-the-first-vm")
    another_start(world, cluster).create()
    assert changes(world) == [DELETE, LAUNCH]


def test_two_vms_side_by_side(world: World, cluster: Multipass) -> None:
    cluster.create()
    other = Multipass(world.options(name="second"), world.progress)
    other.create()
    cluster.destroy()
    assert world.vms == {"second": "Running"}


def test_not_enough_memory_is_said_and_leaves_nothing(world: World, cluster: Multipass) -> None:
    world.make("launch-no-memory")
    with pytest.raises(UserError, match=r"exit code 2: launch failed: .* Cannot allocate memory"):
        cluster.create()
    assert world.vms == {}


def test_a_launch_that_times_out_leaves_no_vm(world: World, cluster: Multipass) -> None:
    world.make("launch-times-out")
    with pytest.raises(UserError, match="timed out waiting for initialization to complete"):
        cluster.create()
    assert world.vms == {}
    assert cluster.claim.read() is None


def test_an_install_that_fails_in_the_vm_leaves_no_vm(world: World, cluster: Multipass) -> None:
    world.make("snap-install-fails")
    with pytest.raises(UserError, match='unable to contact snap store, cannot install "microk8s"'):
        cluster.create()
    assert world.vms == {}


def interrupted_launch(world: World, cluster: Multipass) -> None:
    world.make("launch-hangs")

    def interrupt() -> None:
        assert poll((world.folder / "hanging").exists, timeout=300, interval=0.05)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        cluster.create()
    thread.join()


def test_ctrl_c_during_the_launch_removes_the_vm_that_comes_of_it(world: World, cluster: Multipass) -> None:
    world.make("launch-goes-on")
    interrupted_launch(world, cluster)
    assert world.vms == {}
    assert cluster.claim.read() is None


def test_a_vm_that_comes_later_is_removed_at_the_next_start(world: World, cluster: Multipass) -> None:
    interrupted_launch(world, cluster)
    hint = "guide cluster down --cluster multipass --name guide"
    assert hint in world.progress_text.getvalue()
    make_vm(world, "guide")
    world.fix("launch-hangs")
    world.forget()
    another = another_start(world, cluster)
    another.preflight()
    another.create()
    assert changes(world) == [DELETE, LAUNCH]


def test_a_launch_of_long_ago_is_forgotten(world: World, cluster: Multipass) -> None:
    cluster.claim.write({"state": "launching", "since": "1000"})
    cluster.destroy()
    assert cluster.claim.read() is None


# --- wait_ready ---


def test_wait_ready_believes_the_words_not_the_exit_code(world: World, cluster: Multipass) -> None:
    cluster.create()
    cluster.wait_ready()
    world.make("never-ready")
    with pytest.raises(UserError) as caught:
        cluster.wait_ready()
    assert "microk8s is not running. Use microk8s inspect" in caught.value.what
    assert "container runtime network not ready" in caught.value.what


# --- destroy ---


def test_destroy_works_from_any_state_and_twice(world: World, cluster: Multipass) -> None:
    cluster.destroy()
    assert changes(world) == []
    cluster.create()
    cluster.destroy()
    cluster.destroy()
    assert changes(world) == [LAUNCH, DELETE]


@pytest.mark.parametrize("state", ["Stopped", "Suspended", "Deleted", "Unknown"])
def test_destroy_takes_our_vm_in_every_state(world: World, cluster: Multipass, state: str) -> None:
    cluster.create()
    world.make("vms.json", json.dumps({"guide": state}))
    cluster.destroy()
    assert world.vms == {}


def test_destroy_of_a_vm_removed_by_hand(world: World, cluster: Multipass) -> None:
    cluster.create()
    world.make("vms.json", "{}")
    cluster.destroy()
    assert cluster.claim.read() is None


def test_a_vm_that_vanishes_while_we_delete_it_is_gone_all_the_same(
    world: World, cluster: Multipass, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.create()
    monkeypatch.setattr(cluster.vm, "state", lambda: "Stopped")
    world.make("vms.json", "{}")
    cluster.destroy()
    assert changes(world)[-1] == DELETE


def test_the_users_vm_that_took_the_name_stays(world: World, cluster: Multipass) -> None:
    cluster.create()
    (world.folder / "vm-mark").unlink()
    cluster.destroy()
    assert world.vms == {"guide": "Running"}


def test_a_vm_that_does_not_answer_is_still_ours(world: World, cluster: Multipass) -> None:
    cluster.create()
    world.make("ssh-broken")
    cluster.destroy()
    assert world.vms == {}


def test_a_deletion_that_fails_is_said_and_can_be_tried_again(world: World, cluster: Multipass) -> None:
    cluster.create()
    world.make("delete-fails")
    with pytest.raises(UserError, match="is locked") as caught:
        cluster.destroy()
    assert caught.value.where == "multipass delete --purge guide"
    world.fix("delete-fails")
    another_start(world, cluster).destroy()
    assert world.vms == {}


# --- what the chain asks ---


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("exit 124", 124), ("exit 137", 137), ("kill -9 $$", 137)],
)
def test_exec_keeps_the_exit_code(cluster: Multipass, script: str, code: int) -> None:
    cluster.create()
    done = subprocess.run(cluster.argv(["sh", "-c", script]), check=False, capture_output=True)
    assert done.returncode == code


def test_exec_keeps_words_streams_and_input(world: World, cluster: Multipass) -> None:
    cluster.create()
    words = "two  words 'quoted' \"twice\" $HOME `id`\nand a line; exit 1"
    done = subprocess.run(
        cluster.argv(
            ["env", "WALKTHROUGH_STEP=s", "sh", "-c", 'cat; printf "%s" "$1:$PWD" >&2', "sh", words]
        ),
        input="from stdin",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "from stdin"
    assert done.stderr == f"{words}:{world.folder / 'vm-home'}"


@pytest.mark.parametrize("command", [["true"], []])
def test_nothing_is_opened_in_a_vm_that_the_guide_did_not_launch(
    world: World, cluster: Multipass, command: list[str]
) -> None:
    make_vm(world, "guide")
    with pytest.raises(UserError, match="no cluster called 'guide' is up") as told:
        _ = cluster.argv(command) if command else cluster.shell()
    assert "guide cluster up --cluster multipass --name guide" in str(told.value)


def test_exec_never_begins_with_sudo(cluster: Multipass) -> None:
    # Multipass joins the words after a leading sudo without quotes when a working directory is given.
    cluster.create()
    argv = cluster.argv(["sudo", "true"])
    assert argv[:7] == ["multipass", "exec", "guide", "--working-directory", "/home/ubuntu", "--", "sh"]


def test_kill_ends_the_step_inside(world: World, cluster: Multipass) -> None:
    cluster.create()
    step = subprocess.Popen(["sleep", "120"], env={**os.environ, "WALKTHROUGH_STEP": "v-1"})
    cluster.kill("v-1")
    assert step.wait(timeout=120) == -9
    assert world.calls("sudo")[-1] == ["sudo", "python3", "-", "v-1"]


def test_answers(cluster: Multipass) -> None:
    launched, installed = cluster.answer("multipass"), cluster.answer("microk8s")
    assert launched.disposition is installed.disposition is Disposition.SUBSTITUTED
    assert "multipass launch 24.04 --name guide --cpus 4 --memory 8G --disk 40G" in launched.text
    assert "multipass delete --purge guide" in launched.text
    assert "sudo snap install microk8s --classic --channel=1.36/stable" in installed.text
    assert cluster.answer("wsl").disposition is Disposition.SKIPPED
    assert cluster.answer("internet").disposition is Disposition.RUN
    with pytest.raises(UserError, match="when=minikube"):
        cluster.answer("minikube")


@pytest.mark.parametrize(("after", "moved"), [("10.0.0.8", True), ("10.0.0.7", False)])
def test_a_restart_tells_whether_the_vm_has_another_address(
    world: World, cluster: Multipass, after: str, moved: bool
) -> None:
    cluster.create()
    world.make("addresses", json.dumps(["10.0.0.7", after]))
    assert cluster.answer("restart").disposition is Disposition.SUBSTITUTED
    assert cluster.answer("new-address").disposition is Disposition.SKIPPED
    cluster.restart()
    assert ["multipass", "restart", "guide"] in world.calls("multipass")
    assert "multipass restart guide" in cluster.answer("restart").text
    assert (cluster.answer("new-address").disposition is Disposition.RUN) == moved


def test_versions(cluster: Multipass) -> None:
    cluster.create()
    assert cluster.versions() == {
        "multipass": "1.16.1",
        "image": "24.04",
        "microk8s": "v1.36.1 (revision 8234, 1.36/stable)",
    }
