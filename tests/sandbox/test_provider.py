"""The provider's answers: what is missing, what becomes of steps, what is replaced, what went wrong."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guide.clusters.evidence import Pod
from guide.sandbox import evidence, preflight
from guide.sandbox.preflight import COMMANDS, PACKETS, PLUGINS, Machine, missing
from guide.sandbox.provider import Sandbox
from guide.sandbox.state import Lock, State, write
from guide.sandbox.status import Phase
from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster, Disposition, Options
from walkthrough.progress import Progress


@pytest.fixture
def whole(tmp_path: Path) -> Machine:
    """A machine that has all."""
    for name in PLUGINS:
        (tmp_path / name).touch()
    return Machine(
        system="Linux",
        user=0,
        which=lambda command: f"/usr/bin/{command}",
        plugins=tmp_path,
        filesystems="nodev\tsysfs\nnodev\toverlay\n\text4\n",
        packets=frozenset(PACKETS),
        memory=8 * 2**30,
        cgroups=1,
        state_kind="ext4",
        user_namespaces=10000,
    )


@pytest.fixture
def cluster() -> Sandbox:
    return Sandbox(Options(name="unit", products=frozenset({"curl"})), Progress())


# --- preflight ---


def test_a_whole_machine_lacks_nothing(whole: Machine) -> None:
    assert missing(whole) == []
    preflight.check([], whole)


def test_everything_that_is_missing_is_said_at_once(whole: Machine, tmp_path: Path) -> None:
    bare = dataclasses.replace(
        whole,
        user=1000,
        which=lambda command: None,
        plugins=tmp_path / "nothing",
        filesystems="\text4\n",
        packets=frozenset(),
        memory=2**31,
        cgroups=0,
        state_kind="overlay",
        user_namespaces=0,
    )
    with pytest.raises(UserError) as caught:
        preflight.check(["there is no Go"], bare)
    for word in (
        "root",
        "overlay file system",
        "no nfnetlink_queue",
        "no br_netfilter",
        "control groups",
        "user namespaces",
        "XDG_STATE_HOME",
        "4 GiB",
        "there is no Go",
    ):
        assert word in caught.value.what
    for package in {*COMMANDS.values(), "containernetworking-plugins"}:
        assert package in caught.value.what
    assert caught.value.fix is not None
    for other in ("microk8s", "multipass", "kubeconfig"):
        assert other in caught.value.fix


def test_only_the_packages_that_are_missing_are_named(whole: Machine) -> None:
    lacking = missing(
        dataclasses.replace(whole, which=lambda command: None if command == "runc" else command)
    )
    assert lacking == ["packages are not installed: sudo apt-get install runc"]


def test_another_system_is_told_only_that(whole: Machine) -> None:
    assert missing(dataclasses.replace(whole, system="Darwin")) == ["it needs Linux, and this is Darwin"]


def test_without_go_the_preflight_says_so_with_the_rest(
    cluster: Sandbox, whole: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("guide.sandbox.toolchain.ELSEWHERE", ())
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls: dataclasses.replace(whole, user=1)))
    with pytest.raises(UserError) as caught:
        cluster.preflight()
    assert "no 'go' command" in caught.value.what
    assert "https://go.dev/dl/" in caught.value.what
    assert "needs root" in caught.value.what


# --- how it knows ---


def test_a_node_that_said_it_is_ready_is_believed(cluster: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kubelet that comes back takes it back for a moment."""
    answers = iter([False, True])
    monkeypatch.setattr(cluster._access, "phase", lambda: Phase.RUNNING)
    monkeypatch.setattr(cluster._access, "ready", lambda: next(answers, False))
    cluster.wait_ready()


def test_a_node_that_fails_is_not_waited_for(cluster: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster._access, "phase", lambda: Phase.FAILED)
    monkeypatch.setattr(cluster._access, "ready", lambda: False)
    monkeypatch.setattr(cluster, "evidence", lambda: "what the logs say")
    with pytest.raises(UserError, match="what the logs say"):
        cluster.wait_ready()


# --- answers ---


def test_what_becomes_of_steps_that_are_for_one_way_of_having_a_cluster(cluster: Sandbox) -> None:
    for tag, expected in (
        ("microk8s", Disposition.SUBSTITUTED),
        ("multipass", Disposition.SUBSTITUTED),
        ("wsl", Disposition.SKIPPED),
        ("internet", Disposition.SKIPPED),
    ):
        answer = cluster.answer(tag)
        assert answer.disposition == expected
        assert "sandbox" in answer.text
    with pytest.raises(UserError, match="when=minikube"):
        cluster.answer("minikube")


def test_every_replacement_says_what_runs_and_why(cluster: Sandbox) -> None:
    rows = cluster.replacements()
    assert all(row.guide and row.runs and row.why for row in rows)
    assert rows[0].guide.startswith("MicroK8s 1.36")
    assert "Kubernetes v1.36" in rows[0].runs
    assert len({row.guide for row in rows}) == len(rows)


@pytest.mark.skipif(shutil.which("runc") is None, reason="asks runc, which only make test installs")
def test_versions_name_what_really_runs(cluster: Sandbox) -> None:
    versions = cluster.versions()
    assert versions["kubernetes"].startswith("v1.36.")
    assert {"etcd", "containerd", "coredns", "runc", "kernel"} <= set(versions)


@pytest.mark.parametrize("name", ["", "Guide", "a b", "../x", "-a", "a-", "a" * 31, "æ"])
def test_a_name_that_cannot_be_a_folder_and_a_group_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="cannot be called"):
        Sandbox(Options(name=name), Progress())


# --- state ---


def test_a_lock_is_held_by_whoever_inherited_it(tmp_path: Path) -> None:
    path = tmp_path / "locks/one.lock"
    lock = Lock.take(path)
    assert lock is not None
    assert Lock.take(path) is None
    ended, child_ends = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=ended.recv)
    child.start()
    lock.release()
    # The descriptor that the child has is enough.
    assert Lock.take(path) is None
    child_ends.send("end")
    child.join()
    again = Lock.take(path)
    assert again is not None
    again.remove()
    assert not path.exists()


def test_a_lock_on_a_file_that_was_removed_is_none(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    held = Lock.take(path)
    assert held is not None
    path.unlink()
    fresh = Lock.take(path)
    assert fresh is not None
    assert os.fstat(fresh.descriptor).st_ino == path.stat().st_ino
    for lock in (held, fresh):
        lock.release()


def test_files_are_written_whole_with_their_permissions(tmp_path: Path) -> None:
    for mode in (0o600, 0o644):
        write(tmp_path / "file", "æ", mode)
        assert (tmp_path / "file").stat().st_mode & 0o777 == mode
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "\0", "[" * 100_000], ids=lambda text: repr(text)[:12])
def test_a_file_of_its_state_that_says_nothing_is_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    state = State("unit")
    state.folder.mkdir(parents=True)
    if text is None:
        (state.folder / "status.json").mkdir()
    else:
        (state.folder / "status.json").write_text(text)
    assert state.read("status.json") == {}


# --- evidence ---


def test_the_node_tells_what_was_asked_for_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    state = State("unit")
    assert evidence.collect(state) == ""
    state.logs.mkdir(parents=True)
    logs = {
        "unanswered.log": "https://a.test/x: it is not pinned\nhttps://a.test/x: it is not pinned\n",
        "mirror.log": '192.168.64.2 - - [x] "HEAD /v2/library/a/manifests/1?ns=docker.io HTTP/1.1" 404 98\n'
        '192.168.64.2 - - [x] "GET /v2/b/manifests/sha256:ff?ns=quay.io HTTP/1.1" 404 98\n'
        '192.168.64.2 - - [x] "GET /v2/c/manifests/1?ns=quay.io HTTP/1.1" 200 98\n',
        "names.log": '[INFO] 1.1.1.1:5 - 2 "A IN nowhere.test. udp 29 false 512" NXDOMAIN qr,aa,rd 29 0.1s\n'
        '[INFO] 1.1.1.1:5 - 2 "AAAA IN nowhere.test. udp 29 false 512" NXDOMAIN qr,aa,rd 29 0.1s\n',
        "network-policies.log": "I1128 23:00:00.000001 63 main.go:60] dropped: a/b to c/d port 80 TCP\n" * 2
        + "I1128 23:00:01.000001 63 main.go:60] dropped: a/b to 10.0.0.1 port 53 UDP\n",
        "etcd.log": '{"level":"info","msg":"fine"}\n{"level":"fatal","msg":"disk on fire"}\n',
        "kubelet.log": "I1123 00:00:00 fine\nE1123 00:00:00 broken\n",
    }
    for name, text in logs.items():
        (state.logs / name).write_text(text)

    status = {"phase": "running", "pid": 1, "error": "", "restarts": {}}
    (state.folder / "status.json").write_text(json.dumps(status))
    text = evidence.collect(state)
    assert text.count("https://a.test/x") == 1
    assert text.count("the host name nowhere.test") == 1
    assert "the image docker.io/library/a:1" in text
    assert "the image quay.io/b@sha256:ff" in text
    assert "quay.io/c" not in text
    assert "  a/b to c/d port 80 TCP\n  a/b to 10.0.0.1 port 53 UDP\n" in text
    assert text.count("a/b to c/d") == 1
    assert "disk on fire" not in text

    (state.folder / "status.json").write_text(
        json.dumps(status | {"phase": "failed", "error": "etcd ended", "restarts": {"etcd": 6}})
    )
    text = evidence.collect(state)
    assert "the node is failed: etcd ended" in text
    assert "etcd 6 times" in text
    assert "disk on fire" in text
    assert "broken" in text
    assert "fine" not in text


SEEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def pod(**status: object) -> Pod:
    return Pod({"metadata": {"name": "p", "namespace": "n"}, "status": status}, SEEN)


def test_pods_that_are_fine_are_not_evidence() -> None:
    ready = {"type": "Ready", "status": "True"}
    assert pod(phase="Running", conditions=[ready]).fine
    assert pod(phase="Succeeded", conditions=[ready | {"status": "False"}]).fine
    assert Pod({"metadata": {"name": "p", "namespace": "n", "deletionTimestamp": "now"}}, SEEN).fine
    assert not pod(phase="Running", conditions=[ready | {"status": "False"}]).fine
    assert not pod(phase="Pending").fine


@pytest.mark.parametrize(("code", "minutes_ago", "told"), [(3, 1, True), (3, 9, False), (0, 1, False)])
def test_a_pod_that_runs_between_two_failures_is_told_of(code: int, minutes_ago: int, told: bool) -> None:
    ended = f"{SEEN - timedelta(minutes=minutes_ago):%Y-%m-%dT%H:%M:%SZ}"
    last = {"terminated": {"exitCode": code, "reason": "Error", "finishedAt": ended}}
    breaks = {"name": "breaks", "ready": True, "restartCount": 1, "state": {"running": {}}, "lastState": last}
    one = pod(phase="Running", conditions=[{"type": "Ready", "status": "True"}], containerStatuses=[breaks])
    assert one.ready
    assert one.fine is not told
    assert one.reasons == ([f"container breaks ended at {ended}: Error, exit code 3"] if told else [])
    assert one.logs == ([("breaks", True)] if told else [])


def test_of_a_container_that_failed_twice_the_second_log_is_read() -> None:
    """The first may have been cleared away."""
    ended = {"terminated": {"exitCode": 3, "reason": "Error", "finishedAt": f"{SEEN:%Y-%m-%dT%H:%M:%SZ}"}}
    breaks = {"name": "breaks", "ready": False, "restartCount": 1, "state": ended, "lastState": ended}
    assert pod(phase="Running", containerStatuses=[breaks]).logs == [("breaks", False)]


def test_a_pod_says_why_it_is_not_ready_and_whose_log_to_read() -> None:
    waits = {
        "name": "waits",
        "ready": False,
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}},
    }
    ended = {
        "name": "ended",
        "ready": False,
        "restartCount": 0,
        "state": {"terminated": {"reason": "Error", "exitCode": 3}},
    }
    done = {"name": "done", "ready": True, "restartCount": 0, "state": {"terminated": {"exitCode": 0}}}
    fine = {"name": "fine", "ready": True, "restartCount": 0, "state": {"running": {}}}
    unscheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no node"}
    one = pod(conditions=[unscheduled], initContainerStatuses=[done], containerStatuses=[waits, ended, fine])
    assert str(one) == "n/p"
    assert one.reasons == [
        "Unschedulable: no node",
        "container waits is waiting: CrashLoopBackOff: back-off 10s",
        "container ended is terminated: Error, exit code 3",
    ]
    assert one.logs == [("waits", True), ("ended", False)]


# --- is it still there ---


def test_a_node_that_has_failed_is_gone_though_its_machine_answers(
    cluster: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cluster, "gone", lambda self: "")
    for phase in Phase:
        monkeypatch.setattr(State, "read", lambda *_, phase=phase: {"phase": phase, "error": "no etcd"})
        assert cluster.gone() == ("no etcd" if phase is Phase.FAILED else "")


@pytest.mark.parametrize("command", ["true", "false", "kill -KILL $$"])
def test_what_answers_outside_ends_with_any_of_its_servers(tmp_path: Path, command: str) -> None:
    """Otherwise it would answer by half, and nobody would know."""
    program = (
        "import threading\n"
        "from guide.sandbox.outside import Outside, _start\n"
        f"outside = Outside('', {str(tmp_path)!r}, {{}}, {{}}, '', '', '')\n"
        f"_start(outside, 'names', ['sh', '-c', {command!r}])\n"
        "threading.Event().wait(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "names ended with" in done.stderr
