"""The command line: what it calls, what it prints, and how it exits."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guide import cli, serving, upstream
from guide.cli import machines
from guide.clusters import listing
from guide.clusters.claim import Claim
from guide.clusters.stand_in import StandIn
from guide.paths import ROOT
from guide.pins import lockfile, maintenance
from guide.pins.lockfile import Pin
from walkthrough import exits, hooks
from walkthrough.errors import UserError
from walkthrough.machine import registry
from walkthrough.machine.base import Cluster, Options
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.run import verify

Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    """``guide`` in this process; its exit code."""

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert isinstance(caught.value.code, int)
        return caught.value.code

    return run


@dataclass
class Log:
    """What was asked of the cluster."""

    calls: list[str] = field(default_factory=list)
    fail: dict[str, BaseException] = field(default_factory=dict)
    options: Options | None = None


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """Puts a cluster in place that does nothing, and notes what it is asked."""
    log = Log()

    class Noting(StandIn):
        def note(self, call: str) -> None:
            log.calls.append(call)
            log.options = self.options
            if call in log.fail:
                raise log.fail[call]

        def preflight(self) -> None:
            self.note("preflight")

        def create(self) -> None:
            self.note("create")

        def wait_ready(self) -> None:
            self.note("wait_ready")

        def destroy(self) -> None:
            self.note("destroy")

    def get_cluster(provider: str, options: Options, progress: Progress) -> Cluster:
        log.calls.append(provider)
        return Noting(options, progress)

    monkeypatch.setattr(registry, "get_cluster", get_cluster)
    return log


def test_up_leaves_it_up_and_says_how_to_get_in(
    run: Run, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cluster", "up", "--cluster", "multipass", "--name", "mine") == exits.OK
    assert log.calls == ["multipass", "preflight", "create", "wait_ready"]
    assert log.options == Options(name="mine", keep=True)
    assert "guide cluster shell" in capsys.readouterr().out


def test_up_says_what_is_missing(run: Run, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    log.fail["preflight"] = UserError("there is no snap", where="PATH", fix="install snapd")
    assert run("cluster", "up") == exits.MISSING
    assert log.calls == ["sandbox", "preflight"]
    error = capsys.readouterr().err
    assert error.splitlines() == ["error: there is no snap", "  where: PATH", "  what to do: install snapd"]


def test_up_that_never_gets_ready_leaves_nothing(run: Run, log: Log) -> None:
    log.fail["wait_ready"] = UserError("not ready")
    assert run("cluster", "up") == exits.FAILED
    assert log.calls[-1] == "destroy"


def test_an_interrupted_up_leaves_nothing(run: Run, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    log.fail["wait_ready"] = KeyboardInterrupt()
    assert run("cluster", "up") == exits.INTERRUPTED
    assert log.calls[-1] == "destroy"
    assert "Traceback" not in capsys.readouterr().err


def test_down(run: Run, log: Log) -> None:
    assert run("cluster", "down", "--cluster", "microk8s") == exits.OK
    assert log.calls == ["microk8s", "destroy"]


def test_with_debug_an_error_shows_where_it_arose(log: Log) -> None:
    log.fail["destroy"] = UserError("broken")
    with pytest.raises(UserError, match="broken"):
        cli.main(["--debug", "cluster", "down"])


def test_the_kubeconfig_reaches_the_provider(run: Run, log: Log) -> None:
    assert run("cluster", "up", "--cluster", "kubeconfig", "--kubeconfig", "a:b") == exits.OK
    assert log.options is not None
    assert log.options.extra["kubeconfig"] == "a:b"


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch, log: Log) -> dict[str, Any]:
    """Puts itself in place of the run: what it was asked, and the exit code it answers with."""
    asked: dict[str, Any] = {"answer": 0}

    def stand_in(project: Project, pages: Sequence[str], provider: str, options: Options, **more: Any) -> int:
        asked.update(project=project, pages=tuple(pages), provider=provider, options=options, **more)
        return int(asked["answer"])

    monkeypatch.setattr(verify, "run", stand_in)
    return asked


def test_a_name_of_no_page_ends_it_before_any_time_is_spent(
    run: Run, verified: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "check_room", lambda *_, **__: pytest.fail("it looked for room"))
    assert run("verify", "../x\x1b" + "a" * 5000) == exits.FAILED
    assert "pages" not in verified


def test_verify_passes_everything_on(run: Run, verified: dict[str, Any]) -> None:
    options = ["--cluster", "microk8s", "--name", "x", "--keep", "--update", "--pytest", "-x"]
    assert run("verify", "cluster", "gitea", *options) == exits.OK
    assert verified["pages"] == ("cluster", "gitea")
    assert verified["provider"] == "microk8s"
    assert verified["options"] == Options(name="x", keep=True)
    assert verified["update"] is True
    assert tuple(verified["extra_pytest_args"]) == ("-x",)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (0, exits.OK),
        (1, exits.FAILED),
        (2, exits.INTERRUPTED),
        (3, exits.FAILED),
        (4, exits.FAILED),
        (5, exits.FAILED),
    ],
)
def test_the_exit_code_of_verify(run: Run, verified: dict[str, Any], answer: int, code: int) -> None:
    verified["answer"] = answer
    assert run("verify") == code


def test_verify_runs_nothing_on_a_machine_that_lacks_something(
    run: Run, verified: dict[str, Any], log: Log
) -> None:
    log.fail["preflight"] = UserError("no root")
    assert run("verify") == exits.MISSING
    assert "pages" not in verified


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["verify", "--cluster", "docker"],
        ["cluster", "up", "extra"],
        ["--nonsense"],
        ["upstream", "x"],
        ["pins", "x"],
        ["programs", ""],
        *(["cluster", "down", "--name", name] for name in ("", "../x", "a/b", "a\nb", "-x", ".", "å" * 99)),
    ],
)
def test_a_wrong_command_line(run: Run, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == exits.USAGE
    assert "Usage: guide" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "check", "verify", "cluster", "proof", "upstream", "pins"])
def test_every_command_has_help(run: Run, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == exits.OK
    assert "Usage: guide" in capsys.readouterr().out


def test_the_providers_of_the_command_line_are_those_there_are() -> None:
    assert set(machines.Provider().choices) == set(hooks.providers())


def test_status_lists_what_is_claimed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert run("cluster", "status") == exits.OK
    assert capsys.readouterr() == ("", "no clusters\n")
    Claim("multipass", "two-words").write({})
    Claim("multipass", "\x1b[2J\nx").write({})
    (tmp_path / "gitops-guide/sandbox/lost").mkdir(parents=True)
    assert [(row.provider, row.name, row.state) for row in listing.clusters()] == [
        ("multipass", "\x1b[2J\nx", "claimed"),
        ("multipass", "two-words", "claimed"),
        ("sandbox", "lost", "left behind"),
    ]
    assert run("cluster", "status") == exits.OK
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["multipass", r"\x1b[2J\nx"],
        ["multipass", "two-words"],
        ["sandbox", "lost"],
    ]


def test_upstream_lock_pins_what_it_is_told_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "https://example.org/a.yaml"
    lock = tmp_path / "upstream.lock"
    lock.write_text("")
    (tmp_path / "offline/example.org").mkdir(parents=True)
    (tmp_path / "offline/example.org/a.yaml").write_text("a: 1\n")
    monkeypatch.setenv("GUIDE_UPSTREAM", str(tmp_path / "offline"))
    monkeypatch.setattr(upstream.lock, "__defaults__", (lock,))
    monkeypatch.setattr(upstream.pin, "__kwdefaults__", {"lock_file": lock})
    monkeypatch.setattr(upstream.fetch, "__kwdefaults__", {"lock_file": lock})
    assert run("upstream", "lock", url) == exits.OK
    assert "pinned" in capsys.readouterr().out
    assert list(upstream.lock(lock)) == [url]
    assert run("upstream", "fetch") == exits.OK
    (tmp_path / "offline/example.org/a.yaml").write_text("a: 2\n")
    assert run("upstream", "fetch") == exits.FAILED
    assert "not the file that was pinned" in capsys.readouterr().err


def test_pins_are_listed_with_where_they_were_seen_and_are_used(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = f"sha256:{'a' * 64}"
    pins = [
        Pin("quay.io/a/b:1", digest, date(2026, 11, 23), registry="quay.io", used=("manifests/a",)),
        Pin("quay.io/a/c:1", used=("snippets/b",)),
    ]
    monkeypatch.setattr(lockfile, "load", lambda: {pin.image: pin for pin in pins})
    for command in (["pins"], ["pins", "list"]):
        assert run(*command) == exits.OK
        out, err = capsys.readouterr()
        assert out.splitlines() == [
            "quay.io/a/b:1",
            f"  {digest}",
            "  seen 2026-11-23: quay.io",
            "  used: manifests/a",
            "quay.io/a/c:1",
            "  not pinned yet",
            "  used: snippets/b",
        ]
        assert err == "1 of 2 images are pinned by digest\n"


def test_what_the_registries_say_is_printed_and_a_registry_that_does_not_answer_fails(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    down = UserError("the registry quay.io cannot be asked", fix="try again")
    said = maintenance.Resolved(["sha256:…  quay.io/a/b:1  pinned"], [down], [ROOT / lockfile.NAME])
    monkeypatch.setattr(maintenance, "resolve", lambda *_: said)
    assert run("pins", "resolve") == exits.FAILED
    out, err = capsys.readouterr()
    assert out == "sha256:…  quay.io/a/b:1  pinned\n"
    assert "changed: manifests/images.lock" in err
    assert "error: the registry quay.io cannot be asked" in err


def test_registries_are_asked_only_on_request(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = UserError("quay.io/a/b:1 has moved")
    monkeypatch.setattr(maintenance, "errors", lambda *_: iter(()))
    monkeypatch.setattr(maintenance, "moved", lambda *_: iter([moved]))
    assert run("pins", "check") == exits.OK
    assert run("pins", "check", "--online") == exits.FAILED
    assert "error: quay.io/a/b:1 has moved" in capsys.readouterr().err


def test_without_a_proof_it_says_how_to_get_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mkdocs.yml").write_text("nav: [index.md]\n")
    monkeypatch.setattr("guide.cli.proof.ROOT", tmp_path)
    assert run("proof", "--cluster", "kubeconfig") == exits.FAILED
    assert "guide verify" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "provider"), [([], "sandbox"), (["--cluster", "microk8s"], "microk8s")]
)
def test_a_proof_is_kept_and_its_size_told(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    provider: str,
) -> None:
    asked: list[str] = []

    def keep(of: str) -> Path:
        asked.append(of)
        return ROOT / "README.md"

    monkeypatch.setattr("guide.archivist.keep", keep)
    assert run("proof", "--keep", *arguments) == exits.OK
    assert asked == [provider]
    assert f"README.md: {(ROOT / 'README.md').stat().st_size} bytes" in capsys.readouterr().out


def test_one_way_to_run_at_a_time(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    ways = [["--update"], ["--twice"], ["--typed", "zsh"], ["--interrupted", "x"]]
    for one, other in itertools.combinations(ways, 2):
        assert run("verify", *one, *other) == exits.USAGE
        assert f"{one[0]} and {other[0]}" in capsys.readouterr().err


def test_a_shell_takes_our_place(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    replaced: list[list[str]] = []
    monkeypatch.setattr(os, "execvp", lambda _file, argv: replaced.append(argv))
    for arguments in (["--", "id", "-u"], []):
        with pytest.raises(SystemExit):
            cli.main(["cluster", "shell", *arguments])
    assert replaced[0][-2:] == ["id", "-u"]
    assert "bash --login" in " ".join(replaced[1])


def test_a_program_of_a_shell_that_is_not_there_is_named(
    run: Run, log: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(StandIn, "argv", lambda *_: ["no-such-program"])
    assert run("cluster", "shell", "--", "id") == exits.MISSING
    assert "the program no-such-program is not on PATH" in capsys.readouterr().err


def test_programs_are_not_built_for_a_folder_that_cannot_be(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("guide.sandbox.binaries.ensure", lambda *_: pytest.fail("it is built"))
    monkeypatch.setenv("GUIDE_PROGRAMS", "")
    for folder in ("/dev/null", "/proc/nosuch"):
        assert run("programs", folder) == exits.MISSING
        assert "cannot be written" in capsys.readouterr().err


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < serving.free_port(port) < port + serving.TRIES


def test_a_port_that_is_taken_during_the_first_build_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        first = taken.getsockname()[1]
        ports: list[int] = []

        def command(port: int) -> list[str]:
            ports.append(port)
            # The first one finds its port taken by the time it wants it.
            if len(ports) == 1:
                taken.listen()
            return [sys.executable, "-c", f"raise SystemExit({int(len(ports) == 1)})"]

        monkeypatch.setattr(
            serving, "free_port", lambda port: port if port != first or not ports else port + 1
        )
        monkeypatch.setattr(serving, "command", command)
        assert serving.serve(first) == 0
    assert ports == [first, first + 1]
    assert f"http://{serving.HOST}:{first + 1}/" in capsys.readouterr().out


def test_no_port_at_all() -> None:
    with pytest.raises(UserError, match="no port"):
        serving.free_port(65536)


def test_it_is_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "guide", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("guide, version ")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = f"{shlex.quote(sys.executable)} -m guide --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert "Traceback" not in done.stderr


def test_completion_comes_with_click() -> None:
    environment = os.environ | {
        "_GUIDE_COMPLETE": "bash_complete",
        "COMP_WORDS": "guide ver",
        "COMP_CWORD": "1",
    }
    done = subprocess.run([sys.executable, "-m", "guide"], env=environment, capture_output=True, text=True)
    assert "verify" in done.stdout
    assert json.dumps(done.stderr) == '""'


@pytest.mark.parametrize("config", [None, "mkdocs.yml", "mkdocs.yaml"])
@pytest.mark.parametrize(
    "command", [["check"], ["verify", "--cluster", "local"], ["proof"], ["pins", "list"]]
)
def test_another_projects_folder_is_not_this_guide(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    config: str | None,
) -> None:
    (tmp_path / "docs").mkdir()
    if config:
        (tmp_path / config).write_text("nav: [index.md]\n")
    monkeypatch.chdir(tmp_path / "docs")
    assert run(*command) == exits.FAILED
    told = capsys.readouterr().err
    assert "not in the guide that this program belongs to" in told
    assert str(tmp_path if config else tmp_path / "docs") in told


def test_a_folder_of_the_checkout_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs/nb")
    assert run("pins", "list") == exits.OK
