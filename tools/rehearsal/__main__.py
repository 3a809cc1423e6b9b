"""Runs jobs of the workflows on new, minimal machines, one after the other:

    make rehearse                       check, pins and what else takes minutes
    make rehearse ARGS="sandbox"        the whole of `make test`, from this machine's cache
    make rehearse ARGS="--release trixie check"
    make rehearse ARGS="--warm pins"    with the programs that this machine has built already

The last commit is what runs. An action of others is not run: what it brings is brought otherwise, or said to
be missing. Exit codes as those of `guide`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from guide.paths import ROOT, cache_dir
from rehearsal.machine import CHECKOUT, HOME, USER_ID, Machine
from rehearsal.workflow import State, Step, job
from walkthrough.errors import UserError
from walkthrough.progress import seconds

#: What `make rehearse` runs: workflow and job.
JOBS = {
    "check": ("check.yml", "check"),
    "pins": ("pins.yml", "resolve"),
    "site": ("publish.yml", "build"),
    "sandbox": ("sandbox.yml", "test"),
}
#: What a machine that is not new has, as actions/cache brings it.
CACHES = {".cache/gitops-guide": cache_dir()}
USUAL = ("check", "pins", "site")
#: What an action is replaced by here, for people.
INSTEAD = {
    "actions/checkout": "a shallow clone of the last commit",
    "actions/setup-python": "this machine's Python; of another release its own",
    "actions/setup-go": "this machine's Go",
    "actions/cache/restore": "this machine's cache",
    "actions/cache/save": "nothing",
    "actions/download-artifact": "nothing",
    "actions/upload-artifact": "a look at the files",
    "actions/upload-pages-artifact": "a look at the files",
    "actions/configure-pages": "an address",
}
#: What GitHub tells every job, and what the actions above would have told this one.
KNOWN = {
    "github.server_url": "https://github.com",
    "github.repository": "example/guide",
    "github.ref": "refs/heads/main",
    "runner.os": "Linux",
    "runner.arch": "X64",
    "runner.temp": str(HOME / "work/_temp"),
    "steps.pages.outputs.base_url": "https://example.github.io/guide",
}


def rehearse(name: str, machine: Machine) -> bool:
    """Run a job of :data:`JOBS` on a machine; whether it went as it must."""
    path, chosen = JOBS[name]
    steps, environment = job(ROOT / ".github/workflows" / path, chosen)
    state = State(dict(KNOWN))
    state.known |= {f"env.{key}": value for key, value in environment.items()}
    machine.make()
    for step in steps:
        if not state.holds(step.condition):
            _say(f"{name}: {step.title}: left out, for {step.condition or 'a step before it failed'}")
            continue
        started = time.monotonic()
        _say(f"{name}: {step.title}: begun")
        code, outputs = _run(step, machine, state, environment)
        state.ended(step, code, outputs)
        ended = f"ended with {code}, as it may" if code and step.may_fail else f"ended with {code}"
        _say(f"{name}: {step.title}: {ended} after {seconds(time.monotonic() - started)}")
    return not state.failed


def _run(
    step: Step, machine: Machine, state: State, environment: dict[str, str]
) -> tuple[int, dict[str, str]]:
    if step.uses:
        if step.uses not in INSTEAD:
            raise UserError(f"nothing stands in for the action {step.uses}", fix="say what, in INSTEAD")
        _say(f"  instead: {INSTEAD[step.uses]}")
        if step.uses.startswith("actions/upload-"):
            return _look(machine, state.fill(step.given["path"])), {}
        return 0, {}
    temporary = HOME / "work/_temp"
    files = {
        name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")
    }
    for file in files.values():
        there = machine.root / file.relative_to("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text("")
        for path in (there.parent, there):
            os.chown(path, USER_ID, USER_ID)
    ended = machine.run(
        step.script,
        {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(CHECKOUT),
            "RUNNER_TEMP": str(temporary),
            **{name: str(file) for name, file in files.items()},
            **{key: state.fill(value) for key, value in (environment | dict(step.environment)).items()},
        },
        options=("--noprofile", "--norc", "-eo", "pipefail") if step.pipefail else ("-e",),
    )
    written = (machine.root / files["GITHUB_OUTPUT"].relative_to("/")).read_text(encoding="utf-8")
    outputs = dict(line.split("=", 1) for line in written.splitlines() if "=" in line)
    return ended, outputs


def _look(machine: Machine, written: str) -> int:
    """Whether there is something to upload."""
    path = machine.root / CHECKOUT.relative_to("/") / written
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    _say(f"  {len(files)} files in {written}")
    return 0 if files else 1


def _say(text: str) -> None:
    print(f"rehearsal: {text}", flush=True)


def main(arguments: list[str]) -> int:
    """Run the jobs that are named; the exit code."""
    parser = argparse.ArgumentParser(
        prog="rehearsal", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"of {', '.join(JOBS)}")
    parser.add_argument("--release", default="", help="such as trixie; by default this machine's")
    parser.add_argument("--warm", action="store_true", help="begin with what this machine has built already")
    parser.add_argument("--folder", default="/var/tmp", help="where the machines' files lie meanwhile")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.jobs if name not in JOBS]
    if unknown:
        parser.error(f"no job is called {unknown[0]}; there are {', '.join(JOBS)}")
    results = {}
    for name in chosen.jobs or USUAL:
        caches = CACHES if chosen.warm or name == "sandbox" else {}
        with tempfile.TemporaryDirectory(prefix="guide-rehearsal-", dir=chosen.folder) as folder:
            results[name] = rehearse(name, Machine(Path(folder), chosen.release, caches))
    for name, good in results.items():
        _say(f"{name}: {'green' if good else 'RED'}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    # All that asks it to end does so as Ctrl-C does: a machine must not outlive its rehearsal.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except UserError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
