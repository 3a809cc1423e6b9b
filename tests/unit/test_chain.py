"""Blocks become verdicts: what runs, what is compared, what stops the chain, what still runs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from unittest import SkipTest

import pytest

from guide.clusters.stand_in import StandIn
from guide.leaks import Finding, Search
from walkthrough.errors import UserError
from walkthrough.machine.base import Answer, Cluster, Disposition, Options
from walkthrough.pages.blocks import BlockParser
from walkthrough.pages.document import PageDocument
from walkthrough.pages.loading import load_all
from walkthrough.progress import Progress
from walkthrough.run.chain import Chain, evaluate
from walkthrough.run.verdicts import BlockFailedError, Record, Verdict

from .conftest import SmallGuide


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Runs:
    """Runs a small guide in this process."""

    def __init__(self, guide: SmallGuide) -> None:
        self.guide = guide
        self.chain: Chain
        self.clock = Clock()
        self.chains: list[Chain] = []

    def __call__(
        self, page: str | None = None, *, options: Options | None = None, **given: Any
    ) -> list[Record]:
        if page is not None:
            self.guide.page(page)
        given = {
            "clock": self.clock,
            "sleep": self.clock.sleep,
            **given,
        }
        cluster = StandIn(options or Options(), Progress())
        self.chain = Chain(cluster, self.guide.project, cluster.progress, **given)
        self.chains.append(self.chain)
        self.chain.lifecycle.start()
        pages = load_all(self.guide.project)
        assert not pages.errors, "\n".join(map(str, pages.errors))
        return [
            self.chain.evaluate(block)
            for name in self.guide.project.nav
            for language in ("nb", "en")
            if (language, name) in pages.pages
            for block in pages.pages[language, name].blocks
        ]

    def verdicts(self, page: str, **given: Any) -> list[str]:
        return [f"{record.block.name} {record.verdict}" for record in self(page, **given) if _nb(record)]

    def report(self) -> str:
        assert self.chain.failures.first is not None
        return self.chain.failures.report(self.chain.failures.first.block)


def _nb(record: Record) -> bool:
    return record.block.language == "nb"


@pytest.fixture
def run(guide: SmallGuide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    runs = Runs(guide)
    yield runs
    for chain in runs.chains:
        chain.shell.close()
        chain.cluster.destroy()


def step(id_: str, body: str, more: str = "") -> str:
    return f"```{{.bash .step #{id_} {more}}}\n{body}\n```\n\n"


def check(id_: str, body: str, more: str = "") -> str:
    return f"```{{.bash .check #{id_} {more}}}\n{body}\n```\n\n"


def output(body: str, more: str = "") -> str:
    return f"```{{.text .output {more}}}\n{body}\n```\n\n"


def test_a_page_that_holds(run: Runs) -> None:
    page = (
        step("a", "echo hei; A=1")
        + output("hei")
        + check("b", "echo $A")
        + output("1")
        + step("c", "exit 3", "exit=3")
    )
    assert run.verdicts(page) == ["a passed", "a:stdout passed", "b passed", "b:stdout passed", "c passed"]
    assert run.chain.failures.first is None


def test_a_page_waits_for_what_it_needs_before_its_first_block(
    guide: SmallGuide, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide.nav("one.md", "two.md")
    log = guide.root / "log"
    for language in ("nb", "en"):
        guide.write(f"docs/{language}/one.md", step("a", f"echo a >> {log}") + step("b", f"echo b >> {log}"))
        guide.write(f"docs/{language}/two.md", step("c", f"echo c >> {log}"))

    def waits(_cluster: StandIn, page: str) -> None:
        with log.open("a") as file:
            file.write(f"{page}\n")

    monkeypatch.setattr(StandIn, "ready_for", waits)
    assert {record.verdict for record in run()} == {Verdict.PASSED}
    assert log.read_text().split() == ["one.md", "a", "b", "two.md", "c"]


def test_a_page_whose_needs_cannot_be_had_is_not_run(
    guide: SmallGuide, run: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide.nav("one.md", "two.md")
    for language in ("nb", "en"):
        guide.write(f"docs/{language}/one.md", step("a", "true"))
        guide.write(f"docs/{language}/two.md", step("b", "true"))

    def fails(_cluster: StandIn, page: str) -> None:
        if page == "two.md":
            raise UserError("Gitea does not build", fix="read the log")

    monkeypatch.setattr(StandIn, "ready_for", fails)
    assert [(record.verdict, record.reason) for record in run() if _nb(record)] == [
        (Verdict.PASSED, ""),
        (Verdict.NOT_RUN, "there is no cluster: Gitea does not build"),
    ]
    assert run.chain.lifecycle.unproven() == "there was no cluster: Gitea does not build"
    assert "What two.md needs cannot be had: Gitea does not build" in capsys.readouterr().err


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has a browser, as far as the chain knows."""
    monkeypatch.setattr("guide.clusters.browser.answer", lambda _cluster: Answer(Disposition.RUN))


def look(id_: str, body: str, more: str = "") -> str:
    return f"```{{.python .check #{id_} {more}}}\n{body}\n```\n\n"


@pytest.mark.usefixtures("browser")
def test_a_check_in_python_runs_where_the_reader_stands(run: Runs) -> None:
    page = step("a", "mkdir here; cd here; export A=1") + look(
        "b", "import os\nfrom pathlib import Path\nprint(Path.cwd().name, os.environ['A'], 'END')"
    )
    assert run.verdicts(page + output("here 1 END")) == ["a passed", "b passed", "b:stdout passed"]


@pytest.mark.usefixtures("browser")
def test_a_check_in_python_that_does_not_hold_says_where_in_the_guide(run: Runs) -> None:
    page = look(
        "a", "x = 1\nassert x == 2", "deadline=30 interval=20"
    )  # time to start Python on a busy machine
    assert run.verdicts(page) == ["a failed"]
    report = run.report()
    assert "docs/nb/index.md:3: in <module>" in report
    assert "AssertionError" in report
    assert "  line  " not in report


def test_without_a_browser_a_check_in_python_is_skipped_with_what_is_missing(
    run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandIn, "python", lambda self: ["/no/such/python"])
    page = look("a", "raise SystemExit(1)") + output("never") + step("b", "true")
    records = [record for record in run(page) if _nb(record)]
    assert [record.verdict for record in records] == ["skipped", "skipped", "passed"]
    assert records[0].reason.startswith(
        "no browser on the cluster's machine: it lacks the harness's Python with Playwright"
    )


def test_state_flows_from_page_to_page(run: Runs, guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md")
    guide.page(step("b", "echo $A") + output("1"), "second.md")
    assert [record.verdict for record in run(step("a", "A=1"))] == [Verdict.PASSED] * 6


def test_the_first_failure_ends_the_chain(run: Runs) -> None:
    page = (
        step("a", "true\nfalse")
        + output("x")
        + step("b", "echo b > file")
        + check("c", "true")
        + step("d", "true")
    )
    records = [record for record in run(page) if _nb(record)]
    assert [record.verdict for record in records] == ["failed", *["not-run"] * 4]
    assert records[0].reason == "exit code 1, expected 0"
    assert {record.reason for record in records[1:]} == {"earlier step failed at docs/nb/index.md:1"}
    assert isinstance(run.chain.cluster, StandIn)
    assert run.chain.cluster.home is not None
    assert not (run.chain.cluster.home / "file").exists()


def test_a_wrong_output_fails_at_the_output(run: Runs) -> None:
    page = step("a", "echo hei") + output("hallo") + step("b", "true")
    records = [record for record in run(page) if _nb(record)]
    assert [record.verdict for record in records] == ["passed", "failed", "not-run"]
    assert records[2].reason == "earlier step failed at docs/nb/index.md:5"
    report = run.report()
    assert report.startswith("docs/nb/index.md:5: a:stdout failed: a printed something else\n")
    assert "\n   -hallo\n   +hei" in report
    assert "step  docs/nb/index.md:1" in report


@pytest.mark.parametrize(
    ("body", "more", "reason"),
    [
        ("false", "", "exit code 1, expected 0"),
        ("true", "exit=1", "exit code 0, expected 1"),
        ("nosuchcommand", "", "exit code 127, expected 0"),
        ("sleep 300", "timeout=0.3", "it was not done within 0.3 s, and was ended"),  # runs out
        ("exec true", "", "its shell did not end by itself"),
        ("kill -9 $$", "exit=137", "its shell did not end by itself"),
    ],
)
def test_why_a_step_fails(run: Runs, body: str, more: str, reason: str) -> None:
    (record,) = (record for record in run(step("a", body, more)) if _nb(record))
    assert record.verdict == "failed"
    assert record.reason.startswith(reason)
    assert record.attempts == 1


def test_a_step_is_never_retried(run: Runs) -> None:
    run(step("a", "echo x >> tries; false"))
    assert isinstance(run.chain.cluster, StandIn)
    assert run.chain.cluster.home is not None
    assert (run.chain.cluster.home / "tries").read_text() == "x\n"


@pytest.mark.parametrize(
    ("body", "expected", "more", "verdict"),
    [
        ("echo e >&2", "e", "stream=stderr", "passed"),
        ("echo o; echo e >&2", "o", "", "passed"),
        ("echo o; echo e >&2; echo p", "o\ne\np", "stream=both", "passed"),
        ("echo 5s ago", "9s ago", "match=like", "passed"),
        ("echo a; echo b", "a\n…", "match=ellipsis", "passed"),
        ("echo abc", "a.c", "match=regex", "passed"),
        ("echo '[1]'", "[1]", "match=json", "passed"),
        ("printf 'a\\0'", "a", "", "failed"),
        ("head -c 2000000 /dev/zero | tr '\\0' x", "…", "match=ellipsis", "failed"),
        ("true", "…", "match=ellipsis", "passed"),
    ],
)
def test_outputs(run: Runs, body: str, expected: str, more: str, verdict: str) -> None:
    assert run.verdicts(step("a", body) + output(expected, more))[1].endswith(verdict)


def test_a_check_polls_until_it_holds(run: Runs) -> None:
    body = "echo x >> tries; [[ $(wc -l < tries) -ge 4 ]]"
    (record,) = (record for record in run(check("a", body, "interval=5 deadline=60")) if _nb(record))
    assert (record.verdict, record.attempts, record.seconds) == ("passed", 4, 15)


def test_a_check_that_holds_at_once_waits_for_nothing(run: Runs) -> None:
    run(check("a", "true"))
    assert run.clock.now == 0


def test_a_check_has_to_hold_often_enough_in_a_row(run: Runs) -> None:
    # Holds, holds, fails, then holds.
    body = "echo x >> tries; [[ $(wc -l < tries) -ne 3 ]]"
    (record,) = (record for record in run(check("a", body, "interval=1 times=3")) if _nb(record))
    assert (record.verdict, record.attempts) == ("passed", 6)


def test_a_check_that_does_not_hold_in_time(run: Runs) -> None:
    page = check("a", "echo still not >&2; exit 2", "interval=10 deadline=30") + step("b", "true")
    records = [record for record in run(page) if _nb(record)]
    assert records[0].reason == (
        "the check did not hold within 30.0 s, 3 attempts; the last: exit code 2, expected 0"
    )
    assert records[0].attempts == 3
    assert records[1].verdict == "not-run"
    assert "still not" in run.report()


def test_a_check_that_holds_too_seldom(run: Runs) -> None:
    run(check("a", "[[ -e t ]] || { : >t; false; }", "interval=10 deadline=45 times=5"))
    assert run.chain.failures.first is not None
    assert run.chain.failures.first.what.endswith("5 attempts; the last: it held 4 of 5 times in a row")


@pytest.mark.usefixtures("begun_first")
def test_an_attempt_that_hangs_is_ended_and_the_next_one_made(run: Runs, forever: str) -> None:
    body = f"[[ -e tried ]] || {{ : > tried; sleep {forever}; }}"
    (record,) = (record for record in run(check("a", body, "timeout=0.3")) if _nb(record))  # runs out
    assert record.verdict == "passed"
    # On a busy machine a second one may be slower than its limit too; none follows the one that holds.
    assert record.attempts >= 2


def test_a_check_holds_when_its_output_does(run: Runs) -> None:
    page = check("a", "echo x >> tries; wc -l < tries", "interval=1") + output("3")
    assert run.verdicts(page) == ["a passed", "a:stdout passed"]
    assert run.clock.now == 2


def test_a_checks_output_that_never_comes_is_shown(run: Runs) -> None:
    page = check("a", "echo other", "interval=30 deadline=60") + output("this")
    assert run.verdicts(page) == ["a failed", "a:stdout not-run"]
    assert "difference from docs/nb/index.md:5" in run.report()
    assert "-this" in run.report()


def test_a_check_leaves_the_readers_shell_alone(run: Runs) -> None:
    page = step("a", "A=1") + check("b", "A=2; cd /") + step("c", "echo $A") + output("1")
    assert run.verdicts(page)[-1] == "c:stdout passed"


def test_steps_for_one_way_of_having_a_cluster(run: Runs) -> None:
    page = (
        step("a", "snap install microk8s", "when=microk8s")
        + output("installed")
        + step("b", "multipass launch", "when=multipass")
        + step("c", "true", "when=wsl")
        + '```{.powershell .skip #d reason="trenger Windows"}\nx\n```\n'
    )
    records = [record for record in run(page) if _nb(record)]
    assert [(record.verdict, record.reason) for record in records] == [
        ("substituted", "this machine stands in for the snap"),
        ("substituted", "this machine stands in for the snap"),
        ("skipped", "there is no virtual machine"),
        ("passed", ""),
        ("skipped", "trenger Windows"),
    ]


@pytest.mark.parametrize(("in_turn", "log"), [(True, "before\nmoved\n"), (False, "before\n")])
def test_what_stands_in_for_a_step_may_be_done_in_its_turn(
    run: Runs, monkeypatch: pytest.MonkeyPatch, in_turn: bool, log: str
) -> None:
    """What else is substituted was done before the first page."""

    def answer(self: StandIn, tag: str) -> Answer:
        def restart() -> None:
            assert self.home is not None
            with (self.home / "log").open("a") as opened:
                opened.write("moved\n")

        return Answer(Disposition.SUBSTITUTED, "the run did it", in_turn=restart if in_turn else None)

    monkeypatch.setattr(StandIn, "answer", answer)
    page = (
        step("before", "echo before > ~/log")
        + step("restart", "multipass restart gitops", "when=restart")
        + step("after", "cat ~/log")
        + output(log)
    )
    verdicts = run.verdicts(page)
    assert verdicts[:3] == ["before passed", "restart substituted", "after passed"]
    assert verdicts[3].endswith(" passed")


def test_cleanup_runs_in_its_place_and_after_a_failure(run: Runs) -> None:
    cleanup = step("z", "echo z >> log", ".cleanup")
    assert run.verdicts(cleanup) == ["z passed"]
    page = (
        step("a", "false")
        + step("b", "echo b >> log")
        + step("y", "echo y >> log; false", ".cleanup")
        + output("never compared")
        + step("x", "rm /nowhere", ".cleanup timeout=50")
        + cleanup
    )
    records = [record for record in run(page) if _nb(record)]
    assert [record.verdict for record in records] == [
        "failed",
        "not-run",
        "failed",
        "not-run",
        "failed",
        "passed",
    ]
    assert records[2].reason == "in cleaning up after docs/nb/index.md:1: exit code 1, expected 0"
    assert run.chain.failures.first is not None
    assert run.chain.failures.first.block.id == "a"
    assert isinstance(run.chain.cluster, StandIn)
    assert run.chain.cluster.home is not None
    assert (run.chain.cluster.home / "log").read_text() == "y\nz\n"


def test_a_kept_cluster_is_not_cleaned_up(run: Runs) -> None:
    page = step("a", "false") + step("z", "true", ".cleanup")
    assert run.verdicts(page, options=Options(keep=True, name="mine")) == ["a failed", "z not-run"]
    assert "guide cluster shell --cluster local --name mine" in run.report()
    run.chain.lifecycle.finish()
    assert isinstance(run.chain.cluster, StandIn)
    assert run.chain.cluster.home is not None
    assert run.chain.cluster.home.exists()


def test_a_cluster_is_removed_at_the_end(run: Runs) -> None:
    run(step("a", "true"))
    assert isinstance(run.chain.cluster, StandIn)
    home = run.chain.cluster.home
    assert home is not None
    run.chain.lifecycle.finish()
    assert not home.exists()


def test_english_inherits(run: Runs, guide: SmallGuide) -> None:
    page = (
        step("a", "true")
        + '```{.sh .skip #s reason="REASON"}\nx\n```\n\n'
        + step("b", "false")
        + step("c", "true")
    )
    guide.page(page.replace("REASON", "nei"), languages=["nb"])
    guide.page("More prose.\n\n" + page.replace("REASON", "no"), languages=["en"])
    records = [record for record in run() if not _nb(record)]
    assert [(record.verdict, record.reason) for record in records] == [
        ("passed", ""),
        ("skipped", "no"),
        ("failed", "as docs/nb/index.md:9: exit code 1, expected 0"),
        ("not-run", "earlier step failed at docs/nb/index.md:9"),
    ]
    assert [record.attempts for record in records] == [0] * 4


MANIFEST = (
    "```{.bash .manifest #m title=\"x/a.yaml\"}\nmkdir -p x; cat > x/a.yaml <<'EOF'\nkind: A\nEOF\n```\n\n"
)
SHOWN = '```{.yaml .manifest title="x/a.yaml"}\nkind: A\n```\n\n'


def test_a_manifest_is_written_and_asked_about(run: Runs, guide: SmallGuide) -> None:
    guide.write("manifests/x/a.yaml", "kind: A\n")
    asked: list[Path] = []

    def validate(cluster: Cluster, path: Path) -> list[str]:
        assert isinstance(cluster, StandIn)
        assert cluster.home is not None
        asked.append(path)
        assert (cluster.home / "x/a.yaml").read_text() == "kind: A\n"
        return []

    assert run.verdicts(MANIFEST + SHOWN, validate=validate) == ["m passed", "manifest:x/a.yaml passed"]
    assert asked == [guide.root / "manifests/x/a.yaml"] * 2


class TestTheClustersSecrets:
    """Values that the steps' variables do not tell, for only the cluster has them."""

    def test_are_not_printed_by_the_step_that_has_to_do_with_them(self, run: Runs) -> None:
        page = step("a", "echo the secret is swordfish-of-1943; exit 3", "exit=3") + step("b", "true")
        assert run.verdicts(page, secrets=lambda _: ["swordfish-of-1943"]) == ["a failed", "b not-run"]
        assert "a secret of the cluster has been printed by a at docs/nb/index.md:1" in run.report()
        assert "swordfish" not in run.report()

    @pytest.mark.parametrize("printed", ["swordfish-of-1943", "$(printf swordfish-of-1943 | base64)"])
    def test_nor_by_another_later(self, run: Runs, printed: str) -> None:
        page = step("a", "true secret") + step("b", f"echo {printed} >&2")
        assert run.verdicts(page, secrets=lambda _: ["swordfish-of-1943"]) == ["a passed", "b failed"]

    def test_nor_by_one_before_they_were_known(self, run: Runs) -> None:
        page = step("a", "echo swordfish-of-1943") + step("b", "true secret")
        assert run.verdicts(page, secrets=lambda _: ["swordfish-of-1943"]) == ["a passed", "b failed"]
        assert "printed by a at docs/nb/index.md:1" in run.report()

    def test_are_asked_for_only_where_a_step_has_to_do_with_them(self, run: Runs) -> None:
        asked: list[Cluster] = []

        def secrets(cluster: Cluster) -> list[str]:
            asked.append(cluster)
            return []

        run(step("a", "true") + step("b", "true token") + check("c", "true PASSWORD"), secrets=secrets)
        assert len(asked) == 2


class Searching(Search):
    """A search that finds what it is told to."""

    found: ClassVar[list[Finding]] = []
    calls: ClassVar[list[str]] = []

    def start(self) -> None:
        if "start" not in self.calls:
            self.calls.append("start")

    def everywhere(self) -> list[Finding]:
        self.calls.append("everywhere")
        return self.found

    def in_outputs(self) -> list[Finding]:
        return []


@pytest.fixture
def searching(monkeypatch: pytest.MonkeyPatch) -> type[Searching]:
    monkeypatch.setattr(Searching, "found", [])
    monkeypatch.setattr(Searching, "calls", [])
    return Searching


class TestTheSearchAtTheEnd:
    """Once, before the page that takes everything away, or after the last page."""

    @pytest.fixture(autouse=True)
    def pages(self, guide: SmallGuide) -> None:
        guide.nav("index.md", "cleanup.md")
        guide.page(step("z", "rm all", ".cleanup").replace("rm all", "true"), "cleanup.md")

    def test_comes_before_the_page_that_takes_everything_away(
        self, run: Runs, searching: type[Searching]
    ) -> None:
        searching.found = [Finding("Secret a/b token", "the log of c")]
        page = step("a", "true")
        assert run.verdicts(page, search=searching) == ["a passed", "z failed"]
        assert "Secret a/b token: in the log of c" in run.report()
        run.chain.conclude()
        assert searching.calls == ["start", "everywhere"]

    def test_comes_at_the_end_where_that_page_is_not_in_the_run(
        self, run: Runs, guide: SmallGuide, searching: type[Searching]
    ) -> None:
        guide.page("text\n", "cleanup.md")
        guide.nav("index.md")
        assert run.verdicts(step("a", "true") + step("b", "true"), search=searching)[-1] == "b passed"
        searching.found = [Finding("Secret a/b token", "the log of c")]
        run.chain.conclude()
        assert "Secret a/b token: in the log of c" in run.report()
        (record,) = [each for each in run.chain.records.values() if each.block.name == "b" and _nb(each)]
        assert record.verdict is Verdict.FAILED

    def test_does_not_come_after_a_failure(self, run: Runs, searching: type[Searching]) -> None:
        assert run.verdicts(step("a", "false"), search=searching) == ["a failed", "z passed"]
        run.chain.conclude()
        assert searching.calls == ["start"]

    def test_says_what_it_could_not_search(
        self, run: Runs, searching: type[Searching], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(_: Search) -> list[Finding]:
            raise UserError("a place cannot be searched")

        monkeypatch.setattr(searching, "everywhere", broken)
        assert run.verdicts(step("a", "true"), search=searching)[-1] == "z failed"
        assert "a place cannot be searched" in run.report()


@pytest.mark.parametrize("page", [MANIFEST, SHOWN])
def test_a_manifest_that_the_cluster_refuses(run: Runs, guide: SmallGuide, page: str) -> None:
    guide.write("manifests/x/a.yaml", "kind: A\n")
    errors = ["unknown field spec.replica"]
    assert run.verdicts(page + step("b", "true"), validate=lambda *_: errors)[1] == "b not-run"
    assert "refuses manifests/x/a.yaml:\nunknown field spec.replica" in run.report()


def test_a_dry_run_that_gets_no_answer(run: Runs, guide: SmallGuide) -> None:
    guide.write("manifests/x/a.yaml", "kind: A\n")

    def validate(_cluster: Cluster, _path: Path) -> list[str]:
        raise UserError("the API does not answer", fix="look")

    run(SHOWN, validate=validate)
    assert "the API does not answer" in run.report()


def test_a_fault_of_the_harness_ends_the_chain_too(run: Runs, guide: SmallGuide) -> None:
    guide.write("manifests/x/a.yaml", "kind: A\n")

    def validate(_cluster: Cluster, _path: Path) -> list[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(SHOWN, validate=validate)
    assert run.chain.failures.first is not None
    assert "ZeroDivisionError" in run.chain.failures.first.what


SECRET = "c0rrect-horse"


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (f"A_PASSWORD={SECRET}; echo $A_PASSWORD; echo $A_PASSWORD | base64; false", ""),
        (f"X={SECRET}; echo $X >&2; false", "secret=X"),
        (f"A_TOKEN={SECRET}; echo $A_TOKEN; sleep FOREVER", "timeout=0.4"),  # runs out
    ],
)
@pytest.mark.usefixtures("begun_first")
def test_a_secret_is_in_no_report(run: Runs, body: str, more: str, forever: str) -> None:
    records = run(step("a", body.replace("FOREVER", forever), more))
    assert SECRET not in run.report()
    assert "***" in run.report()
    assert not any(SECRET in record.reason for record in records)


def test_a_secret_is_masked_in_differences_and_evidence_too(
    run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandIn, "evidence", lambda _: f"env: {SECRET}")
    run(step("a", f"A_TOKEN={SECRET}") + step("b", "echo $A_TOKEN") + output("x"))
    assert SECRET not in run.report()
    assert "+***" in run.report()
    assert "env: ***" in run.report()


@pytest.mark.parametrize(
    "body",
    [
        f"A_TOKEN={SECRET}; printf '%1990s%s\\n' '' \"$A_TOKEN\"; false",
        f"A_TOKEN={SECRET}; printf '%s\\n' \"$A_TOKEN\" | fold -w 7; false",
        f"A_TOKEN={SECRET}; printf '%s' \"$A_TOKEN\" | base64 | fold -w 6 >&2; false",
        f'f() {{ local A_TOKEN={SECRET}; echo "$A_TOKEN"; }}; f; false',
        f"A_TOKEN={SECRET}; printf 'c0rr\\033[31mect-ho\\033[0mrse\\r\\n'; false",
    ],
)
def test_a_secret_is_masked_before_anything_is_cut(run: Runs, body: str) -> None:
    run(step("a", body))
    for part in (SECRET, SECRET[:6], SECRET[-6:], base64.b64encode(SECRET.encode()).decode()[:6]):
        assert part not in run.report()


def test_a_secret_that_is_known_only_later_is_in_no_report(run: Runs) -> None:
    """The report of a failure is made anew for the proof: a step that cleans up may have told more."""
    page = step("a", f"echo {SECRET}; false") + step("z", f"A_TOKEN={SECRET}", ".cleanup")
    run(page)
    assert SECRET not in run.report()


def test_a_secret_that_breaks_over_two_lines_of_a_difference(run: Runs) -> None:
    run(step("a", f"A_TOKEN={SECRET}; fold -w 7 <<<$A_TOKEN") + output("x"))
    assert "+***" in run.report()
    assert SECRET[:6] not in run.report()


def test_a_difference_that_is_only_in_a_secret(run: Runs) -> None:
    run(step("a", f"A_TOKEN={SECRET}; echo $A_TOKEN") + output("***"))
    assert "only in a secret" in run.report()


def test_evidence_is_masked_by_what_the_cluster_holds_then(
    run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandIn, "evidence", lambda _: "the log: swordfish-of-1943")
    run(step("a", "false"), secrets=lambda _: ["swordfish-of-1943"])
    assert "the log: ***" in run.report()


def test_where_nobody_says_what_is_secret_only_the_machine_s_own_evidence_is_shown(
    run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: StandIn) -> list[str]:
        raise UserError("a command did not end within 20 s")

    monkeypatch.setattr(StandIn, "evidence", lambda _: "the machine's log")
    monkeypatch.setattr("walkthrough.hooks.evidence", lambda _: "swordfish-of-1943")
    assert run.verdicts(step("a", "false"), secrets=silent) == ["a failed"]
    assert "did not end within 20 s" in run.report()
    assert "the machine's log" in run.report()
    assert "swordfish" not in run.report()


def test_what_cannot_be_masked_is_said(run: Runs) -> None:
    run(step("a", "DOOR_PIN=12; false"))
    assert "the values of DOOR_PIN" in run.report()


def test_a_page_is_named_though_a_password_is_its_name(run: Runs) -> None:
    run(step("a", "A_PASSWORD=index.md; echo index.md; false"))
    assert run.report().startswith("docs/nb/index.md:1: a failed")
    assert "-- standard output\n   ***" in run.report()


def test_an_update_is_taken_back_where_a_later_step_tells_that_it_is_secret(
    run: Runs, guide: SmallGuide
) -> None:
    file = guide.write("snippets/x/a.out", "y\n")
    page = LIKE.replace("STEP", f"echo {SECRET}") + step("b", f"A_TOKEN={SECRET}")
    assert run.verdicts(page, update=True)[-1] == "b failed"
    assert "printed into snippets/x/a.out" in run.report()
    assert file.read_text() == "y\n"


def test_an_update_is_taken_back_wherever_a_later_secret_was_written(run: Runs, guide: SmallGuide) -> None:
    files = [guide.write(f"snippets/x/{name}.out", b"y\r\n") for name in "abc"]
    files[0].chmod(0o640)
    pages = [LIKE.replace("#a", f"#{name}").replace("x/a.out", f"x/{name}.out") for name in "abc"]
    page = pages[0].replace("STEP", f"echo {SECRET}") + pages[1].replace("STEP", f"echo {SECRET}")
    page += pages[2].replace("STEP", "echo z") + step("d", f"A_TOKEN={SECRET}")
    assert run.verdicts(page, update=True)[-1] == "d failed"
    assert "printed into snippets/x/a.out, snippets/x/b.out" in run.report()
    assert [file.read_bytes() for file in files] == [b"y\r\n", b"y\r\n", b"z\n"]
    assert files[0].stat().st_mode & 0o777 == 0o640
    assert run.chain.executor.rewritten == ["snippets/x/c.out"]


def test_the_report_names_everything(run: Runs, guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StandIn, "evidence", lambda _: "pods: nyan CrashLoopBackOff")
    monkeypatch.setattr("walkthrough.hooks.evidence", lambda _: "events: BackOff")
    guide.write("snippets/x/a.sh", b"echo f\xc3\xb8r\nif true; then\n  ls /nowhere/at/all\nfi\n")
    run('text\n\n```{.bash .step #a}\n--8<-- "snippets/x/a.sh"\n```\n')
    report = run.report()
    for text in (
        "docs/nb/index.md:3: a failed: exit code 2, expected 0",
        "in    snippets/x/a.sh:1",
        "line  snippets/x/a.sh:3: ls /nowhere/at/all",
        "   echo før\n   if true; then",
        "-- standard output\n   før",
        "/nowhere/at/all",
        "-- the cluster\n   pods: nyan CrashLoopBackOff\n   events: BackOff",
    ):
        assert text in report, report


def test_bashs_messages_name_the_guides_own_lines(run: Runs, guide: SmallGuide) -> None:
    guide.write("snippets/x/a.sh", "true\necho $NOT_SET\n")
    run('```{.bash .step #a}\n--8<-- "snippets/x/a.sh"\n```\n')
    assert "snippets/x/a.sh:2: NOT_SET: unbound variable" in run.report()


def test_a_report_is_bounded(run: Runs) -> None:
    run(step("a", "seq 100000; head -c 9999 /dev/zero | tr '\\0' x; false"))
    assert "lines left out]" in run.report()
    assert len(run.report()) < 20_000


def test_evidence_that_cannot_be_had_is_no_second_failure(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: StandIn) -> str:
        raise OSError("no route")

    monkeypatch.setattr(StandIn, "evidence", broken)
    run(step("a", "false"))
    assert "exit code 1" in run.report()
    assert "no route" in run.report()


LIKE = '```{.bash .step #a}\nSTEP\n```\n\n```{.text .output match=like}\n--8<-- "snippets/x/a.out"\n```\n'


def test_an_update_rewrites_what_really_changed(run: Runs, guide: SmallGuide) -> None:
    guide.write("snippets/x/a.out", "pod/a-5d7f97b46d-x2x7k   Running   5s\npod/b   Running   1m\n")
    page = LIKE.replace("STEP", "printf 'pod/a-66bb9c7f8c-mmzqd Running 9s\\npod/b   Failed   2m\\n'")
    page = page.replace("mmzqd Running 9s", "mmzqd   Running   9s")
    assert run.verdicts(page, update=True) == ["a passed", "a:stdout passed"]
    assert run.chain.executor.rewritten == ["snippets/x/a.out"]
    text = (guide.root / "snippets/x/a.out").read_text()
    assert text == "pod/a-5d7f97b46d-x2x7k   Running   5s\npod/b   Failed   2m\n"
    assert run.verdicts(page) == ["a passed", "a:stdout passed"]


def test_an_update_leaves_alone_what_holds(run: Runs, guide: SmallGuide) -> None:
    file = guide.write("snippets/x/a.out", "5s\n\n")
    run(LIKE.replace("STEP", "echo 9s"), update=True)
    assert file.read_text() == "5s\n\n"
    assert run.chain.executor.rewritten == []


def test_an_update_does_not_wait_for_an_output_that_will_be_rewritten(run: Runs, guide: SmallGuide) -> None:
    guide.write("snippets/x/a.out", "old\n")
    run(LIKE.replace(".step", ".check").replace("STEP", "echo new"), update=True)
    assert run.clock.now == 0
    assert (guide.root / "snippets/x/a.out").read_text() == "new\n"


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (step("a", "echo x") + output("y"), "not one file of its own"),
        (step("a", "printf 'a\\0'") + LIKE.partition("\n\n")[2], "not a text to show"),
        (step("a", f"A_KEY={SECRET}; echo $A_KEY") + LIKE.partition("\n\n")[2], "holds a secret"),
        (step("a", "echo x") + LIKE.partition("\n\n")[2].replace("like", "regex"), "by hand"),
    ],
)
def test_what_an_update_does_not_write(run: Runs, guide: SmallGuide, page: str, what: str) -> None:
    file = guide.write("snippets/x/a.out", "y\n")
    run(page, update=True)
    assert what in run.report()
    assert SECRET not in run.report()
    assert file.read_text() == "y\n"


OUT = '--8<-- "snippets/x/a.out"'
SHARED = LIKE.replace("STEP", "echo new")


@pytest.mark.parametrize(
    ("page", "what"),
    [
        # What it does not own.
        (SHARED.replace("snippets/x/a.out", "manifests/x/a.yaml"), "no .out under snippets/"),
        (SHARED.replace("a.out", "a.txt"), "no .out under snippets/"),
        (SHARED.replace("a.out", "link.out"), "is a link"),
        (SHARED.replace("a.out", "parts.out:one"), "a part of snippets/x/parts.out"),
        (SHARED.replace("a.out", "two.out:1:1"), "a part of snippets/x/two.out"),
        (SHARED.replace(OUT, f"{OUT}\nmore"), "not one file of its own"),
        (SHARED + SHARED.replace("#a", "#b"), "a.out is shown by b:stdout, too"),
        (
            SHARED + SHARED.replace("#a", "#b").replace("like", "exact").replace("echo new", "echo y"),
            "b:stdout",
        ),
        (SHARED + f"```{{.bash .check #c}}\n# {OUT}\ntrue\n```\n" + step("d", OUT), "is shown by d"),
        # What would not converge.
        (LIKE.replace("STEP", r"printf 'one\n```\ntwo\n'"), "use a longer fence for this output, ````"),
        (LIKE.replace("STEP", r"printf '~~~~~\n```\n'"), "use a longer fence for this output, ``````"),
        (LIKE.replace("STEP", r"printf '  ```\n```\n'"), "use a longer fence"),
        (LIKE.replace("STEP", r"printf '10%%\r20%%\n'"), "line 1 of what was printed holds U+000D"),
        (LIKE.replace("STEP", r"printf 'a\n\033[1mb\033[0m\n'"), "line 2 of what was printed holds U+001B"),
        (LIKE.replace("STEP", r"printf 'a\u200bb\n'"), "holds U+200B"),
        (LIKE.replace("STEP", r"printf 'a\bb\n'"), "holds U+0008"),
        (LIKE.replace("STEP", "echo '--8<-- \"none.txt\"'"), "looks like an include"),
        (LIKE.replace("STEP", "echo '--8<--'"), "looks like an include"),
        (LIKE.replace("STEP", "printf '# %s<-- [start:x]\\nb\\n' --8"), "looks like an include"),
        (LIKE.replace("STEP", "true"), "nothing was printed"),
    ],
)
def test_what_an_update_would_spoil(run: Runs, guide: SmallGuide, page: str, what: str) -> None:
    guide.write("manifests/x/a.yaml", "y\n")
    guide.write("snippets/x/a.txt", "y\n")
    guide.write("snippets/x/two.out", "y\nkeep me\n")
    guide.write("snippets/x/parts.out", "# --8<-- [start:one]\ny\n# --8<-- [end:one]\nkeep me\n")
    (guide.write("snippets/x/a.out", "y\n").parent / "link.out").symlink_to("a.txt")
    before = {path: path.read_bytes() for path in guide.root.rglob("*/x/*")}
    run(page, update=True)
    assert what in run.report()
    assert {path: path.read_bytes() for path in guide.root.rglob("*/x/*")} == before


@pytest.mark.parametrize(
    "body",
    [
        r"printf 'a\tb\n'",
        r"printf 'a\r\nb\r\n'",
        r"printf '\n\n  a\n\nb  \n\n'",
        "echo '…'",
        "echo '</div><div hidden>'",
    ],
)
def test_what_is_updated_holds_in_the_next_run(run: Runs, guide: SmallGuide, body: str) -> None:
    guide.write("snippets/x/a.out", "y\n")
    page = LIKE.replace("STEP", body).replace("like", "exact")
    assert run.verdicts(page, update=True) == ["a passed", "a:stdout passed"]
    assert run.verdicts(page) == ["a passed", "a:stdout passed"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("mkdir x; cd x; rmdir ../x", "in a folder that is gone"),
        ("mkdir x; cd x; rmdir ../x; false", "exit code 1, expected 0; it leaves the shell in a folder"),
    ],
)
def test_a_step_that_leaves_nothing_to_stand_on_has_failed_itself(run: Runs, body: str, what: str) -> None:
    assert run.verdicts(step("a", body) + step("b", "true")) == ["a failed", "b not-run"]
    assert what in run.report()


def test_without_a_cluster_nothing_is_run(run: Runs) -> None:
    options = Options(extra={"refuse": "there is no memory left"})
    with pytest.raises(UserError, match="no memory left"):
        run(step("a", "true"), options=options)
    assert run.chain.lifecycle.broken is not None
    record = run.chain.evaluate(load_all(run.guide.project).pages["nb", "index.md"].blocks[0])
    assert (record.verdict, record.reason) == ("not-run", "there is no cluster: there is no memory left")


def test_the_evaluator_tells_sybil(run: Runs, guide: SmallGuide) -> None:
    run(step("a", "true"))
    guide.page(step("b", "false") + step("c", "true"))
    document = PageDocument.parse(str(guide.root / "docs/nb/index.md"), BlockParser(evaluate))
    document.namespace["chain"] = run.chain
    first, second = document.examples()
    with pytest.raises(BlockFailedError, match=r"docs/nb/index.md:1: b failed"):
        first.evaluate()
    with pytest.raises(SkipTest, match=r"not-run: earlier step failed at docs/nb/index.md:1"):
        second.evaluate()


def test_estimates_come_with_progress(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, float | None]] = []
    original: Callable[..., Any] = Progress.task

    def task(self: Progress, title: str, estimate: float | None = None) -> Any:
        told.append((title, estimate))
        return original(self, title, estimate)

    monkeypatch.setattr(Progress, "task", task)
    run(step("a", "true") + step("b", "true"), estimates={"a": 12.5, "b": 0.1})
    assert told == [("index.md:1 a", 12.5), ("index.md:5 b", None)]
