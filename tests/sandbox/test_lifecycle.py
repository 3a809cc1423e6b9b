"""A cluster ends with what started it, or when it is told to, and nothing of it stays."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from guide.paths import ROOT
from guide.sandbox.outside import Outside
from guide.sandbox.state import State, states, sweep
from guide.sandbox.status import FILE, Phase
from walkthrough.errors import UserError
from walkthrough.machine.command import poll

from .support import Traces, ask, host, left_behind, sandbox, tell

pytestmark = pytest.mark.sandbox

#: Generous: whoever waits this long has found a fault.
DEADLINE = 60.0

#: A program that makes a cluster and then waits to be ended.
OWNER = """
import sys
from tests.sandbox.support import sandbox
cluster = sandbox(sys.argv[1], keep=sys.argv[2] == "keep")
cluster.create()
cluster.wait_ready()
print("ready", flush=True)
if sys.argv[2] != "keep":
    sys.stdin.read()
"""


def owner(name: str, keep: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, name, keep],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]


def test_nothing_is_left_behind(state_home: Path) -> None:
    before = host()
    cluster = sandbox("clean")
    cluster.create()
    cluster.wait_ready()
    tell(cluster, "microk8s", "enable", "dns")
    tell(cluster, "microk8s", "enable", "hostpath-storage")
    tell(cluster, "microk8s", "kubectl", "rollout", "status", "deployment/coredns", "-n", "kube-system")
    tell(cluster, "sudo", "sh", "-c", "echo 192.0.2.1 x >> /etc/hosts; mount -t tmpfs x /mnt")
    tell(cluster, "sudo", "sh", "-c", "nohup sleep 9999 > /dev/null 2>&1 &")
    traces = Traces.of(cluster.state)
    assert len(traces.processes) > 15
    assert len(traces.namespaces) > 10

    cluster.destroy()

    assert left_behind(cluster.state, traces) == []
    assert host() == before
    assert list(states()) == []


def test_what_is_outside_has_a_network_of_its_own_and_ends_with_who_started_it(tmp_path: Path) -> None:
    specification = tmp_path / "outside.json"
    names = [field.name for field in dataclasses.fields(Outside)]
    specification.write_text(json.dumps(dict.fromkeys(names, str(tmp_path))))
    script = (
        "import sys; from pathlib import Path; from guide.sandbox import node; "
        "outside = node.start_outside(Path(sys.argv[1]), Path(sys.argv[2])); "
        "print(outside.stdout.readline().strip(), outside.pid, flush=True); sys.stdin.readline()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(specification), str(tmp_path / "outside.log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert starter.stdout is not None
        said, pid = starter.stdout.readline().split()
        assert said == "ready", (tmp_path / "outside.log").read_text()
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (pid, child):
            assert Path(f"/proc/{process}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    finally:
        starter.kill()
        starter.communicate()
    assert poll(lambda: not any(Path(f"/proc/{process}").exists() for process in (pid, child)), timeout=300)


def test_destroying_twice_and_what_never_was_is_fine(state_home: Path) -> None:
    cluster = sandbox("never")
    cluster.destroy()
    cluster.destroy()
    assert left_behind(cluster.state) == []
    with pytest.raises(UserError, match="no cluster called 'never' is up"):
        cluster.argv(["true"])


def test_a_cluster_dies_with_its_owner_and_is_swept_away_at_the_next_start(state_home: Path) -> None:
    process = owner("orphan")
    wait_until_ready(process)
    state = State("orphan")
    traces = Traces.of(state)

    process.kill()
    process.wait()

    assert poll(lambda: not state.group.processes(), timeout=DEADLINE, interval=0.05)
    # Only files and empty groups are left, and the next start removes them.
    assert state.folder.exists()
    assert sweep() == ["orphan"]
    assert left_behind(state, traces) == []


def phase_is(state: State, phase: Phase) -> bool:
    return state.read(FILE).get("phase") == phase


MOMENTS: dict[str, Callable[[State], bool]] = {
    "the folder is there": lambda state: state.folder.exists(),
    "the groups are there": lambda state: any(folder.exists() for folder in state.group.folders),
    "its first process runs": lambda state: bool(state.group.processes()),
    "the machine is being built": lambda state: phase_is(state, Phase.BUILDING),
    "its programs start": lambda state: phase_is(state, Phase.STARTING),
    "its API answers": lambda state: phase_is(state, Phase.RUNNING),
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_start_that_is_broken_off_leaves_nothing(moment: str, number: int, state_home: Path) -> None:
    state = State("broken")
    process = owner("broken")

    assert poll(lambda: MOMENTS[moment](state), timeout=DEADLINE, interval=0.001)
    process.send_signal(number)
    _, said = process.communicate(timeout=DEADLINE)

    assert process.returncode != 0, said
    if number == signal.SIGKILL:
        assert poll(lambda: not state.group.processes(), timeout=DEADLINE, interval=0.05)
        # What was only on its way into the groups has the cluster's lock until it has ended, too.
        assert poll(lambda: sweep() == ["broken"], timeout=DEADLINE, interval=0.05)
    elif not left_behind(state):
        return
    else:
        # The interrupt came while Kubernetes was being waited for, when the caller, not create(), clears up.
        assert moment in ("its programs start", "its API answers")
        assert poll(lambda: not state.group.processes(), timeout=DEADLINE, interval=0.05)
        sweep()
    assert left_behind(state) == []


def test_a_kept_cluster_outlives_its_owner_and_refuses_a_second_of_its_name(state_home: Path) -> None:
    process = owner("kept", "keep")
    wait_until_ready(process)
    assert process.wait(DEADLINE) == 0

    again = sandbox("kept")
    with pytest.raises(UserError, match="is up already"):
        again.create()
    # What a run does after a start that failed must not harm the one that was there.
    again.destroy()
    assert tell(sandbox("kept"), "microk8s", "status", "--format", "short").startswith("microk8s is running")

    traces = Traces.of(State("kept"))
    sandbox("kept").destroy()
    assert left_behind(State("kept"), traces) == []


def test_two_clusters_side_by_side(state_home: Path) -> None:
    one, two = sandbox("one"), sandbox("two")
    for cluster in (one, two):
        cluster.create()
    for cluster in (one, two):
        cluster.wait_ready()
    tell(one, "microk8s", "kubectl", "create", "namespace", "only-in-one")
    assert "only-in-one" not in tell(two, "microk8s", "kubectl", "get", "namespaces")
    assert sweep() == []

    traces = Traces.of(one.state)
    one.destroy()
    assert left_behind(one.state, traces) == []
    assert "Ready" in tell(two, "microk8s", "kubectl", "get", "nodes")
    two.destroy()


def test_a_start_that_fails_says_why_and_leaves_nothing(
    state_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = sandbox("failing")
    # The addons' rendered manifests are the last thing that the machine is given: make that impossible.
    monkeypatch.setattr("guide.sandbox.starting.MACHINE", state_home / "no-such-folder")
    with pytest.raises(UserError) as caught:
        cluster.create()
    assert "no-such-folder" in caught.value.what
    assert left_behind(cluster.state) == []


def test_a_folder_of_a_dead_cluster_is_no_cluster(state_home: Path) -> None:
    cluster = sandbox("dead")
    cluster.state.folder.mkdir(parents=True)
    # The number is a living process', and not the cluster's.
    (cluster.state.folder / FILE).write_text(
        f'{{"phase": "running", "pid": {os.getpid()}, "restarts": {{}}}}'
    )
    with pytest.raises(UserError, match="is up"):
        cluster.argv(["true"])
    assert sweep() == ["dead"]
    assert not cluster.state.folder.exists()


def test_a_program_that_ends_is_started_again_and_told_of(state_home: Path) -> None:
    cluster = sandbox("crash")
    cluster.create()
    cluster.wait_ready()
    assert ask(cluster, "sudo", "pkill", "-KILL", "-x", "etcd").returncode == 0
    assert poll(lambda: "etcd" in cluster.state.read(FILE)["restarts"], timeout=DEADLINE, interval=0.1)
    cluster.wait_ready()
    assert "etcd 1 times" in cluster.evidence()
    cluster.destroy()


#: What stands outside the machine, by a word of its command line.
OUTSIDE = {"all of it": "guide.sandbox.outside", "its names": "-dns.port", "its images": "mirror.json"}


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_machine_whose_outside_is_killed_is_gone_though_it_answers(state_home: Path, what: str) -> None:
    cluster = sandbox("outside")
    cluster.create()
    cluster.wait_ready()
    assert cluster.gone() == ""
    for pid in cluster.state.group.processes():
        with suppress(OSError):  # some end meanwhile
            if OUTSIDE[what] in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)
    assert poll(lambda: phase_is(cluster.state, Phase.FAILED), timeout=DEADLINE, interval=0.02)
    assert ask(cluster, "true").returncode == 0
    assert "what answers outside the machine has ended" in cluster.gone()
    cluster.destroy()


def test_a_program_that_keeps_ending_fails_the_node(state_home: Path) -> None:
    cluster = sandbox("hopeless")
    cluster.create()
    # Everything that reads it from now on ends at once.
    tell(cluster, "sudo", "sh", "-c", "echo nonsense > /var/snap/microk8s/current/args/kubelet.json")
    poll(lambda: ask(cluster, "sudo", "pkill", "-KILL", "-x", "kubelet").returncode == 0, timeout=DEADLINE)
    # It may be Ready before its end is seen; the status says it in the end.
    assert poll(lambda: phase_is(cluster.state, Phase.FAILED), timeout=DEADLINE, interval=0.1)
    with pytest.raises(UserError, match="kubelet ended 6 times") as caught:
        cluster.wait_ready()
    assert "errors of kubelet" in caught.value.what
    cluster.destroy()
