"""What the workflows may do, and that they only call what exists. The linters run in test_repository.py."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from guide.cli import cli
from guide.hooks import PROVIDERS
from guide.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

#: Commands of the runner itself, and shell words, that a workflow may use.
SYSTEM = {
    "sudo",
    "chown",
    "env",
    "tee",
    "test",
    "echo",
    "exit",
    "git",
    "bash",
    "gh",
    "grep",
    "cd",
    "diff",
    "openssl",
    "umask",
}
#: What a job may write, where it may write anything.
WRITES = {
    ("publish.yml", "deploy"): {"pages", "id-token"},
    ("pins.yml", "propose"): {"contents", "pull-requests"},
    ("programs.yml", "publish"): {"contents", "id-token", "attestations"},
}
SHELL = {"if", "then", "fi", "!", "&&", "||", "|"}


def load(path: Path) -> dict[Any, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return dict(load(path)["jobs"])


def scripts(path: Path) -> Iterator[str]:
    for job in jobs(path).values():
        for step in job.get("steps", []):
            if "run" in step:
                yield step["run"]


def commands(*written: str) -> Iterator[list[str]]:
    """Every simple command of scripts, in words; what is in ``$(…)`` counts as one word."""
    for script in written:
        script = re.sub(r"\$\(\(.*?\)\)|\$\([^()]*\)", "VALUE", script)
        script = re.sub(r"\(\(.*?\)\)", "true", script)
        for line in script.splitlines():
            for part in re.split(r"\|\||&&|;|\|", line):
                words = shlex.split(part, comments=True)
                while words and (words[0] in SHELL or re.fullmatch(r"\w+=\S*", words[0])):
                    words.pop(0)
                # What sudo and env run is the command.
                while words[:1] in (["sudo"], ["env"]):
                    words.pop(0)
                    while words and re.fullmatch(r"\w+=.*", words[0]):
                        words.pop(0)
                if words:
                    yield words


def check_guide(words: list[str]) -> None:
    """The words after ``guide`` parse as its command line."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        name = words.pop(0)
        assert name in command.commands, f"guide has no command {name!r}"
        command = command.commands[name]
    # Parsing alone: the command does not run.
    command.make_context(command.name or "", words)


def check(words: list[str]) -> None:
    """The command exists, with these arguments."""
    match words:
        case ["make", *targets]:
            made = set(
                re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            )
            assert targets
            assert set(targets) <= made, f"the Makefile does not make all of {targets}"
        case [".venv/bin/guide", *rest]:
            check_guide(rest)
        case ["tools/ci-setup", goal]:
            script = (ROOT / "tools/ci-setup").read_text(encoding="utf-8")
            assert goal in re.findall(r"\w+", " ".join(re.findall(r"^([\w |]+)\)$", script, re.MULTILINE)))
            assert (ROOT / "tools/ci-setup").stat().st_mode & 0o111
        case [".venv/bin/mkdocs", *rest]:
            assert rest == ["build", "--strict"]
        case [name, *_]:
            assert name in SYSTEM, f"nobody knows the command {name!r}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_step_fails_where_any_part_of_a_pipe_does(path: Path) -> None:
    """A runner's own shell takes the end of a pipe for the whole, and its ``bash`` does not."""
    piped = [
        step
        for job in jobs(path).values()
        for step in job.get("steps", [])
        if re.search(r"(?<!\|)\|(?!\|)", step.get("run", ""))
    ]
    assert [step["run"] for step in piped if step.get("shell") != "bash"] == []


def every_use(path: Path) -> list[tuple[str, str, str]]:
    """Action, reference and comment of every ``uses:`` of another repository."""
    return re.findall(r"uses: ([\w-]+/[\w./-]+)@(\S+)(.*)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestEachWorkflow:
    def test_calls_only_what_exists(self, path: Path) -> None:
        called = list(commands(*scripts(path)))
        assert called
        for words in called:
            check(words)

    def test_has_no_rights_but_those_each_job_names(self, path: Path) -> None:
        assert load(path)["permissions"] == {}
        for name, job in jobs(path).items():
            granted = job["permissions"]
            writes = {right for right, level in granted.items() if level == "write"}
            assert writes <= WRITES.get((path.name, name), set()), f"{name} may write {writes}"

    def test_ends_by_itself(self, path: Path) -> None:
        for name, job in jobs(path).items():
            assert "uses" in job or job["timeout-minutes"] <= 90, name

    def test_does_not_run_twice_at_once(self, path: Path) -> None:
        group = load(path)["concurrency"]["group"]
        # Its own name: github.workflow is the caller's in a called workflow, and both would wait.
        assert group.startswith(path.stem)

    def test_keeps_no_credentials_in_the_checkout(self, path: Path) -> None:
        for job in jobs(path).values():
            for step in job.get("steps", []):
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False

    def test_puts_no_expression_into_a_script(self, path: Path) -> None:
        for script in scripts(path):
            assert "${{" not in script

    def test_pins_every_action_by_commit_and_says_the_version(self, path: Path) -> None:
        for action, reference, comment in every_use(path):
            assert re.fullmatch(r"[0-9a-f]{40}", reference), action
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action

    def test_the_proof_it_keeps_is_of_the_cluster_it_runs_on(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        kept = set(re.findall(r"name: proof-(\w+)", text))
        assert kept <= set(PROVIDERS)
        assert kept <= set(re.findall(r"--cluster (\w+)", text))


def test_every_job_with_the_guides_own_programs_is_set_up_first() -> None:
    for path in WORKFLOWS:
        for name, job in jobs(path).items():
            called = list(commands(*(step.get("run", "") for step in job.get("steps", []))))
            own = [words for words in called if words[0] in ("make", "tools/ci-setup") or "/" in words[0]]
            assert [words[0] for words in own[:1]] in ([], ["tools/ci-setup"]), f"{path.name}: {name}"


def test_one_version_of_each_action() -> None:
    references: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, reference, _ in every_use(path):
            references.setdefault("/".join(action.split("/")[:2]), set()).add(reference)
    assert references
    assert {action: found for action, found in references.items() if len(found) > 1} == {}


def test_the_chain_runs_on_microk8s_on_every_change() -> None:
    events = load(ROOT / ".github/workflows/microk8s.yml")[True]  # YAML reads the key "on" as true
    assert {"pull_request", "workflow_call"} <= set(events)
    publish = load(ROOT / ".github/workflows/publish.yml")
    assert publish[True]["push"] == {"branches": ["main"]}
    assert publish["jobs"]["microk8s"]["uses"] == "./.github/workflows/microk8s.yml"


def test_the_chain_runs_in_a_multipass_vm_every_night() -> None:
    publish = load(ROOT / ".github/workflows/publish.yml")
    assert publish[True]["schedule"]
    assert publish["jobs"]["multipass"]["uses"] == "./.github/workflows/multipass.yml"


def test_only_main_is_published_and_only_what_was_proven() -> None:
    publish = jobs(ROOT / ".github/workflows/publish.yml")
    build = publish["build"]["if"]
    assert "github.ref == 'refs/heads/main'" in build
    for prover in ("microk8s", "sandbox"):
        assert prover in publish["build"]["needs"]
        assert f"needs.{prover}.result == 'success'" in build
    assert publish["deploy"]["needs"] == "build"
    assert "needs.build.result == 'success'" in publish["deploy"]["if"]


def test_a_tag_that_moved_is_proposed_and_makes_the_run_red() -> None:
    pins = load(ROOT / ".github/workflows/pins.yml")
    assert pins[True].keys() == {"schedule", "workflow_dispatch"}
    steps = pins["jobs"]["resolve"]["steps"]
    asks = {step["id"]: step for step in steps if "guide pins" in step.get("run", "")}
    assert "guide pins check --online" in asks["moved"]["run"]
    assert "guide pins resolve" in asks["resolve"]["run"]
    last = steps[-1]
    assert "exit 1" in last["run"]
    for name, step in asks.items():
        assert step["continue-on-error"] is True, "what was found out is proposed all the same"
        assert f"steps.{name}.outcome == 'failure'" in last["if"]


def test_what_may_write_to_the_repository_runs_nothing_of_it() -> None:
    propose = jobs(ROOT / ".github/workflows/pins.yml")["propose"]
    called = {words[0] for words in commands(*(step.get("run", "") for step in propose["steps"]))}
    assert called == {"git", "gh", "grep"}


def test_what_publishes_programs_runs_nothing_of_the_repository() -> None:
    publish = jobs(ROOT / ".github/workflows/programs.yml")["publish"]
    assert not [step for step in publish["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    called = {words[0] for words in commands(*(step.get("run", "") for step in publish["steps"]))}
    assert called == {"diff", "umask", "echo", "cd", "openssl", "gh"}


def test_programs_are_published_only_where_two_machines_gave_the_same() -> None:
    made = jobs(ROOT / ".github/workflows/programs.yml")
    times = made["build"]["strategy"]["matrix"]["time"]
    assert len(times) == 2
    publish = made["publish"]
    assert publish["needs"] == "build"
    ran = [step.get("run", step.get("uses", "")) for step in publish["steps"]]
    compared = next(number for number, run in enumerate(ran) if run.startswith("diff --recursive"))
    assert all(f"programs-{time}" in ran[compared] for time in times)
    assert compared < next(number for number, run in enumerate(ran) if "openssl" in run)


def test_what_is_published_was_built_without_any_cache() -> None:
    text = (ROOT / ".github/workflows/programs.yml").read_text(encoding="utf-8")
    assert "actions/cache" not in text
    assert "cache: false" in text


@pytest.mark.parametrize(
    "words",
    [
        ["make", "everything"],
        [".venv/bin/guide", "prove"],
        [".venv/bin/guide", "verify", "--cluster", "minikube"],
        [".venv/bin/guide", "proof", "--clustre", "microk8s"],
        ["tools/ci-setup", "all"],
        ["tools/setup", "check"],
        ["curl", "https://example.test/install.sh"],
    ],
)
def test_a_command_that_does_not_exist_is_found(words: list[str]) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        check(words)
