"""The dated record: its form, its age, what it is worth."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from guide.clusters.stand_in import StandIn
from walkthrough.errors import UserError
from walkthrough.machine.base import Options, Replacement
from walkthrough.pages.loading import load_all
from walkthrough.progress import Progress
from walkthrough.proof import builder, report, storage
from walkthrough.proof.record import BlockVerdict, PageVerdict, Proof, Tally
from walkthrough.proof.staleness import State, Status, page_status
from walkthrough.run.chain import Chain
from walkthrough.run.verdicts import Verdict
from walkthrough.site.proofs import Proofs

from .conftest import SmallGuide

STARTED = datetime(2026, 11, 23, 22, 0, 0, tzinfo=UTC)
PAGE = (
    "```{.bash .step #a}\necho hei\n```\n\n```{.text .output}\nhei\n```\n\n"
    "```{.bash .step #m when=microk8s}\nsnap install microk8s\n```\n\n"
    '```{.powershell .skip #s reason="trenger Windows"}\nx\n```\n'
)


class _AsSandbox(StandIn):
    """A stand-in under the name of a provider whose proofs count."""

    provider = "sandbox"

    def replacements(self) -> list[Replacement]:
        return [Replacement("MicroK8s 1.36", "kubelite 1.36.3", "no snap store")]


def make(guide: SmallGuide, *names: str, kind: type[StandIn] = _AsSandbox) -> Proof:
    """The proof of a run of these pages; of all by default."""
    loaded = load_all(guide.project)
    assert not loaded.errors, "\n".join(map(str, loaded.errors))
    chain = Chain(kind(Options(), Progress()), guide.project, Progress())
    chain.lifecycle.start()
    chosen = names or guide.project.nav
    for name in chosen:
        for language in ("nb", "en"):
            for block in loaded.pages[language, name].blocks:
                chain.evaluate(block)
    chain.lifecycle.finish()
    return builder.build(chain, loaded, chosen, STARTED, STARTED + timedelta(seconds=83.25))


def status(guide: SmallGuide, made: Proof | None, *, days: float = 1, language: str = "nb") -> Status:
    now = STARTED + timedelta(days=days)
    return page_status(made, "index.md", language, project=guide.project, now=now)


@pytest.fixture
def small(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> SmallGuide:
    monkeypatch.setattr("tempfile.tempdir", str(guide.root))
    guide.nav("index.md", "second.md")
    guide.page(PAGE)
    guide.page("```{.bash .step #b}\ntrue\n```\n", "second.md")
    return guide


def test_a_proof_says_what_ran_where_and_what_became_of_it(small: SmallGuide) -> None:
    made = make(small)
    assert (made.started, made.finished, made.seconds) == (
        "2026-11-23T22:00:00Z",
        "2026-11-23T22:01:23Z",
        83.2,
    )
    assert (made.complete, made.chain) == (True, ["index.md", "second.md"])
    assert made.cluster["provider"] == "sandbox"
    assert made.cluster["versions"] == {"bash": "5"}
    assert made.cluster["replacements"][0]["runs"] == "kubelite 1.36.3"
    assert {"kernel", "cpus", "memory_mib", "architecture"} <= made.cluster["host"].keys()
    assert made.failure is None
    assert made.counts == {
        language: {"passed": 3, "substituted": 1, "skipped": 1} for language in ("nb", "en")
    }
    nb = made.pages["index.md"]["nb"]
    assert [(block.name, block.line, block.verdict) for block in nb.blocks] == [
        ("a", 1, "passed"),
        ("a:stdout", 5, "passed"),
        ("m", 9, "substituted"),
        ("s", 13, "skipped"),
    ]
    assert nb.blocks[0].seconds > 0
    assert nb.blocks[3].reason == "trenger Windows"


def test_every_fence_of_both_languages_is_in_the_proof(small: SmallGuide) -> None:
    made = make(small)
    for (language, name), page in load_all(small.project).pages.items():
        recorded = made.pages[name][language]
        assert [block.sha256 for block in recorded.blocks] == [block.sha256() for block in page.blocks]
        assert recorded.sha256 == page.sha256


def test_what_is_written_is_read_back(small: SmallGuide) -> None:
    made = make(small)
    path = storage.write(made, small.project)
    assert path == small.root / "build/proof/sandbox.json"
    assert storage.load("sandbox", project=small.project) == made
    assert storage.load("microk8s", project=small.project) is None
    assert next(iter(json.loads(path.read_text()))) == "schema"
    assert list(path.parent.iterdir()) == [path]


def test_a_partial_run_has_a_file_of_its_own(small: SmallGuide) -> None:
    whole = make(small)
    storage.write(whole, small.project)
    part = make(small, "index.md")
    assert not part.complete
    assert storage.write(part, small.project) == small.root / "build/proof/sandbox.partial.json"
    assert storage.load("sandbox", project=small.project) == whole
    assert storage.load("sandbox", complete=False, project=small.project) == part


def test_a_commit_and_whether_files_differ_from_it(small: SmallGuide) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.test"]
        command = ["git", "-C", str(small.root), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert make(small).guide == {"commit": None, "dirty": False}
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    assert make(small).guide == {"commit": git("rev-parse", "HEAD"), "dirty": False}
    small.write("docs/nb/more.md", "x")
    assert make(small).guide["dirty"] is True


def test_a_run_from_a_hook_of_another_repository_names_its_own_commit(
    small: SmallGuide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.test"]
    for root in (small.root, tmp_path / "other"):
        root.mkdir(exist_ok=True)
        for words in (["init", "-q"], ["commit", "-q", "--allow-empty", f"--message={root.name}"]):
            subprocess.run(["git", "-C", str(root), *identity, *words], check=True)
    asked = ["git", "-C", str(small.root), "rev-parse", "HEAD"]
    commit = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    # What git sets for its hooks.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert make(small).guide["commit"] == commit


def test_the_schema_is_one_and_describes_every_field() -> None:
    schema = json.loads(files("walkthrough.proof").joinpath("proof.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["description"]
    # Runs from before there were checkpoints do not have it.
    assert set(schema["properties"]) - {"stands_on"} == set(schema["required"])
    assert set(schema["properties"]) == set(Proof.__dataclass_fields__)
    assert set(schema["$defs"]["block"]["properties"]) == set(BlockVerdict.__dataclass_fields__)
    assert set(schema["$defs"]["page"]["properties"]) == set(PageVerdict.__dataclass_fields__)
    assert set(schema["$defs"]["verdict"]["enum"]) == set(Verdict)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"finished": "yesterday"}, "finished"),
        ({"counts": {"nb": {"fine": 1}}}, "'fine'"),
        ({"schema": 1}, "older form"),
        ({"schema": 9}, "schema"),
        ({"failure": {"what": "x"}}, "failure"),
    ],
)
def test_what_is_no_proof_is_neither_written_nor_read(
    small: SmallGuide, change: dict[str, Any], what: str
) -> None:
    made = make(small)
    with pytest.raises(UserError, match="this is no proof"):
        storage.write(replace(made, **change), small.project)
    path = storage.path_of("sandbox", project=small.project)
    assert not path.exists()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**asdict(made), **change}))
    with pytest.raises(UserError, match="this is no proof") as caught:
        storage.load("sandbox", project=small.project)
    assert what in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_file_that_holds_no_proof(small: SmallGuide, text: str) -> None:
    path = storage.path_of("sandbox", project=small.project)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        storage.load("sandbox", project=small.project)
    assert caught.value.fix


def test_verified_in_both_languages(small: SmallGuide) -> None:
    made = make(small)
    for language in ("nb", "en"):
        found = status(small, made, language=language)
        assert (found.state, found.reason) == (State.VERIFIED, "")
        assert found.counts == {"passed": 2, "substituted": 1, "skipped": 1}
        assert found.proof is made


def test_stale_after_thirty_days(small: SmallGuide) -> None:
    made = make(small)
    assert status(small, made, days=29.9).state is State.VERIFIED
    found = status(small, made, days=31.5)
    assert (found.state, found.reason) == (State.STALE, "the run is 31 days old")


def test_a_run_of_a_day_to_come_proves_nothing(small: SmallGuide) -> None:
    made = make(small)
    assert status(small, made, days=-0.9).state is State.VERIFIED  # clocks differ
    found = status(small, made, days=-1.1)
    assert found.state is State.STALE
    assert "a day to come" in found.reason


@pytest.mark.parametrize("name", ["started", "finished"])
def test_a_day_that_no_calendar_has_is_no_time(small: SmallGuide, name: str) -> None:
    path = storage.write(make(small), small.project)
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {name: "2026-13-45T00:00:00Z"}), "utf-8")
    with pytest.raises(UserError, match=f"this is no proof: {name}: ") as told:
        storage.read(path)
    assert told.value.fix


def test_stale_when_the_blocks_change_and_not_when_prose_does(small: SmallGuide) -> None:
    made = make(small)
    small.page("More prose.\n\n" + PAGE)
    assert status(small, made).state is State.VERIFIED
    small.page(PAGE.replace("echo hei", "echo  hei"), languages=["en"])
    assert status(small, made).state is State.VERIFIED
    assert status(small, made, language="en").reason == "the page's blocks have changed since"
    small.page("```bash\n```\n")
    assert status(small, made).state is State.STALE


def test_stale_when_an_included_file_changes(small: SmallGuide) -> None:
    small.write("snippets/a.sh", "echo hei\n")
    small.page(PAGE.replace("echo hei", '--8<-- "snippets/a.sh"'))
    made = make(small)
    assert status(small, made).state is State.VERIFIED
    small.write("snippets/a.sh", "echo hei # changed\n")
    assert status(small, made).state is State.STALE


def test_partial(small: SmallGuide) -> None:
    assert status(small, make(small, "index.md")).state is State.PARTIAL


def test_no_proof_no_badge(small: SmallGuide) -> None:
    assert status(small, None).state is State.NONE
    assert status(small, make(small, "second.md")).reason == "the run did not have this page in it"
    assert status(small, make(small, kind=StandIn)).reason == "the run was a test of the harness"
    small.page(PAGE.replace("echo hei", "false"))
    assert status(small, make(small)).reason == "a: exit code 1, expected 0"
    small.page("Only prose.\n")
    assert status(small, make(small)).reason == "the page has nothing to run"


def test_a_failed_run_is_recorded_as_what_it_is(small: SmallGuide) -> None:
    small.page(PAGE.replace("echo hei", "A_PASSWORD=c0rrect-horse; echo $A_PASSWORD; false"))
    made = make(small)
    assert made.failure is not None
    assert (made.failure["block"], made.failure["where"]) == ("a", "docs/nb/index.md:1")
    assert made.failure["what"] == "exit code 1, expected 0"
    assert "***" in made.failure["report"]
    assert "c0rrect-horse" not in storage.write(made, small.project).read_text()
    assert made.pages["second.md"]["nb"].blocks[0].verdict == "not-run"


def test_a_cluster_that_is_gone_is_recorded_without_its_versions(
    small: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: StandIn) -> dict[str, str]:
        raise UserError("the API does not answer")

    monkeypatch.setattr(_AsSandbox, "versions", gone)
    assert make(small).cluster["versions"] == {}


def test_durations_of_earlier_runs(small: SmallGuide) -> None:
    assert storage.durations(small.project, "sandbox") == {}
    storage.write(make(small), small.project)
    known = storage.durations(small.project, "sandbox")
    assert known.keys() == {"a", "b"}
    storage.path_of("sandbox", project=small.project).write_text("of an older form")
    assert storage.durations(small.project, "sandbox") == {}


def shown(made: Proof) -> str:
    stream = StringIO()
    report.render(made, report.console(stream))
    return stream.getvalue()


def test_a_proof_is_shown_with_counts_reasons_and_replacements(small: SmallGuide) -> None:
    text = shown(make(small))
    assert "the whole chain on sandbox, 2026-11-23T22:01:23Z, no commit, in 1 min 23 s: held" in text
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    assert ["index.md", "nb", "2", "", "1", "1", "", "4"] in lines
    assert ["all", "nb", "3", "", "1", "1", "", "5"] in lines
    assert ["docs/nb/index.md:9 m", "substituted", "this machine stands in for the snap"] in lines
    assert ["docs/nb/index.md:13 s", "skipped", "trenger Windows"] in lines
    assert ["MicroK8s 1.36", "kubelite 1.36.3", "no snap store", "0", "0", "0"] in lines


CONTRACTS = """\
[[original]]
of = "MicroK8s …"
repository = "canonical/microk8s"

[[original.fact]]
says = "It says hei."
version = "v1.36"
file = "a.py"
line = 1
test = "a:stdout"

[[original.fact]]
says = "It can be stopped."
version = "v1.36"
file = "a.py"
line = 2
test = "b"

[[original.fact]]
says = "It can be started."
version = "v1.36"
file = "a.py"
line = 3
open = "Nobody has looked."
"""


def test_a_proof_counts_what_is_known_of_the_originals(small: SmallGuide) -> None:
    small.write("manifests/versions.yaml", "{}\n")
    small.write("sandbox/images.toml", "")
    small.write("sandbox/binaries.toml", "")
    small.write("sandbox/contracts.toml", CONTRACTS)
    made = make(small)
    counts = {"facts": 3, "held": 2, "unread": 0}
    assert made.cluster["replacements"][0]["contracts"] == counts
    assert made.contracts == Tally(**counts)
    text = " ".join(shown(made).split())
    assert "Facts about the originals that the pages rely on: 3." in text
    assert "2 of them" in text
    # The other page was not run, so its block holds nothing in this run.
    assert make(small, "index.md").contracts == Tally(3, 1, 0)


def test_a_proof_from_before_there_were_contracts_is_shown_without_them(small: SmallGuide) -> None:
    made = make(small)
    del made.cluster["replacements"][0]["contracts"]
    assert storage.read(storage.write(made, small.project)).contracts is None
    assert "Facts about the originals" not in shown(made)


def test_what_a_step_measures_is_in_the_proof_by_its_name(small: SmallGuide) -> None:
    small.page("```{.bash .step #c measure=push-to-healthy}\ntrue\n```\n", "second.md")
    made = make(small)
    (block,) = made.pages["second.md"]["nb"].blocks
    assert made.measured == {"push-to-healthy": block.seconds}
    assert block.seconds > 0
    assert "push to healthy" in shown(made)
    small.page("```{.bash .step #c measure=push-to-healthy}\nfalse\n```\n", "second.md")
    assert make(small).measured == {}


def test_where_nothing_is_replaced_the_proof_says_so(
    small: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_AsSandbox, "replacements", lambda _: [])
    assert "Nothing that the pages pin was replaced on sandbox." in shown(make(small))


def test_proofs_are_shown_newest_first_or_as_json(small: SmallGuide) -> None:
    with pytest.raises(UserError, match="there is no proof from sandbox"):
        report.show(small.project, "sandbox")
    made = make(small)
    path = storage.write(made, small.project)
    assert report.show(small.project, as_json=True) == path.read_text()
    storage.write(replace(make(small, "index.md"), finished="2026-11-24T00:00:00Z"), small.project)
    text = report.show(small.project, "sandbox")
    assert text.index("1 pages of the chain") < text.index("the whole chain")
    both = json.loads(report.show(small.project, as_json=True))
    assert {entry["complete"] for entry in both} == {True, False}


ODD = "see [/etc/x], [bold] and :bug:"


def test_what_a_run_says_is_shown_as_it_is(small: SmallGuide) -> None:
    made = make(small)
    page = made.pages["index.md"]
    blocks = [replace(block, reason=ODD) for block in page["nb"].blocks]
    rows = [{"guide": ODD, "runs": ODD, "why": ODD}]
    odd = replace(
        made,
        pages={**made.pages, "index.md": {**page, "nb": replace(page["nb"], blocks=blocks)}},
        cluster={**made.cluster, "replacements": rows},
        measured={ODD: 1.0},
    )
    text = " ".join(shown(odd).split())
    assert "see [/etc/x], [bold] and :bug:" in text
    storage.write(made, small.project)
    path = small.project.proofs / "[red].json"
    path.write_text('{"schema": 1}')
    assert "[red].json is of an earlier form" in report.show(small.project)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("how", ["not UTF-8", "a pipe", "a folder", "NUL"])
def test_a_proof_that_is_no_text_is_told(small: SmallGuide, how: str, as_json: bool) -> None:
    path = storage.path_of("sandbox", project=small.project)
    path.parent.mkdir(parents=True)
    if how == "a pipe":
        os.mkfifo(path)
    elif how == "a folder":
        path.mkdir()
    else:
        path.write_bytes({"not UTF-8": b"\xff", "NUL": b"\0"}[how])
    with pytest.raises(UserError) as caught:
        report.show(small.project, as_json=as_json)
    assert "build/proof/sandbox.json" in str(caught.value.where)


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "*", "[", "a" * 300, "A\n"])
def test_a_machine_that_cannot_be(small: SmallGuide, name: str) -> None:
    with pytest.raises(UserError):
        report.show(small.project, name)


def test_a_proofs_folder_need_not_exist(tmp_path: Path) -> None:
    guide = SmallGuide(tmp_path)
    with pytest.raises(UserError, match="there is no proof"):
        report.show(guide.project)


@pytest.mark.parametrize("text", ["x", "", "[", '{"a": NaN}', '{"a": 1, "a": 2}', "[1] 2", '"\\ud800"'])
def test_what_is_no_json_is_not_printed_as_json(small: SmallGuide, text: str) -> None:
    storage.write(make(small), small.project)
    path = small.project.proofs / "sandbox.twice.json"
    path.write_text(text)
    with pytest.raises(UserError) as told:
        report.show(small.project, as_json=True)
    assert str(told.value.where).startswith("build/proof/sandbox.twice.json")
    assert told.value.fix


#: What was changed in a file by hand, or by a merge, so that it has the form of a proof and is none.
APART: dict[str, Callable[[Any], object]] = {
    "a page is gone": lambda proof: proof["pages"].pop("second.md"),
    "a page of no run": lambda proof: proof["chain"].append("third.md"),
    "a page twice": lambda proof: proof["chain"].append("index.md"),
    "a page without languages": lambda proof: proof["pages"]["index.md"].clear(),
    "a block is gone": lambda proof: proof["pages"]["index.md"]["nb"]["blocks"].pop(),
    "a block is gone in both": lambda proof: [
        page["blocks"].pop() for page in proof["pages"]["index.md"].values()
    ],
    "another digest": lambda proof: proof["pages"]["index.md"]["nb"].update(sha256="a" * 64),
    "another verdict": lambda proof: proof["pages"]["index.md"]["nb"]["blocks"][0].update(verdict="skipped"),
    "other counts": lambda proof: proof["pages"]["index.md"]["nb"].update(counts={"passed": 9}),
    "other totals": lambda proof: proof["counts"].update(nb={"passed": 9}),
    "a language too many": lambda proof: proof["counts"].update(fr={"passed": 1}),
    "a language too few": lambda proof: proof["counts"].pop("en"),
    "another machine": lambda proof: proof["cluster"].update(provider="microk8s"),
    "of some pages": lambda proof: proof.update(complete=False),
    "of another mode": lambda proof: proof.update(mode="twice"),
    "a time without end": lambda proof: proof.update(seconds=1e300),
    "a measured time without end": lambda proof: proof["measured"].update(a=1e300),
    "a machine of words": lambda proof: proof["cluster"]["host"].update(memory_mib="much"),
}


@pytest.mark.parametrize("what", APART)
def test_parts_that_do_not_belong_together_are_no_proof(small: SmallGuide, what: str) -> None:
    path = storage.write(make(small), small.project)
    data = json.loads(path.read_text("utf-8"))
    APART[what](data)
    path.write_text(json.dumps(data), "utf-8")
    for read in (lambda: report.show(small.project), lambda: Proofs.load(small.project)):
        with pytest.raises(UserError, match=r"this is (no|the) proof") as told:
            read()
        assert "build/proof/sandbox.json" in (told.value.where or "")
        assert told.value.fix


def test_a_failure_of_no_words_is_shown(small: SmallGuide) -> None:
    small.page(PAGE.replace("echo hei", "false"))
    made = make(small)
    assert made.failure is not None
    assert "failed at docs/nb/index.md:1: " in shown(replace(made, failure={**made.failure, "what": ""}))
