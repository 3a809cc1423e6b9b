"""The whole of it: pages, pytest, a cluster (the local stand-in), reports, the proof."""

from __future__ import annotations

import os
import re
import signal
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from guide.clusters.stand_in import StandIn
from guide.hooks import PROVIDERS
from guide.leaks import Finding, Search
from guide.paths import ROOT
from tests.waiting import until
from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.hookspec import hookimpl
from walkthrough.machine.base import Cluster, Options
from walkthrough.machine.registry import get_cluster
from walkthrough.masking import Masker
from walkthrough.progress import Progress, seconds
from walkthrough.run import verify

from .conftest import SmallGuide

A = "```{.bash .step #a}\necho hei; A=1\n```\n\n"
OUT = "```{.text .output}\nhei\n```\n\n"
B = "```{.bash .check #b}\n[[ $A == 1 ]]\n```\n"


def left_behind(guide: SmallGuide) -> list[Path]:
    """Homes of the stand-in that were not removed."""
    return list(guide.root.glob("walkthrough-local-*"))


@pytest.fixture
def two(guide: SmallGuide) -> SmallGuide:
    guide.nav("index.md", "second.md", "third.md")
    guide.page(f"# Æ\n\n{A}{OUT}")
    guide.page(B, "second.md")
    guide.page("```{.bash .step #c .cleanup}\ntrue\n```\n", "third.md")
    return guide


def test_a_guide_that_holds(two: SmallGuide) -> None:
    ended = two.run()
    assert ended.code == 0, ended.out
    assert not left_behind(two)
    made = two.proof()
    assert made["complete"]
    assert made["counts"] == {"nb": {"passed": 4}, "en": {"passed": 4}}
    assert "3 pages, 4 blocks in each language" in ended.out
    assert "index.md:3 a: done in" in ended.out
    assert "the whole chain on local" in ended.out
    assert "the harness's own tests need none" in ended.out
    assert "The proof is in build/proof/local.json" in ended.out
    assert "without the cluster" not in ended.out
    # Again: the pages are as they were, and the estimates come from the proof.
    took = sum(block["seconds"] for page in made["pages"].values() for block in page["nb"]["blocks"])
    assert f"about {seconds(took)} without the cluster" in two.run().out


SECRET = "Zx81k3Qm20vLp7Tt5Ny4"


def test_a_secret_is_nowhere_in_what_a_run_leaves(two: SmallGuide, capfd: pytest.CaptureFixture[str]) -> None:
    """On the screen, in JUnit's file, in the proof; of a failure, and of a second one in cleaning up."""
    made = "A_TOKEN=$(rev <<<5yN5tT7pLv02mQ3k18xZ)"
    two.page(f"```{{.bash .step #a}}\n{made}; env A=$A_TOKEN env; false\n```\n")
    two.page("```{.bash .step #c .cleanup}\necho $A_TOKEN >&2; false\n```\n", "third.md")
    ended = two.run(args=[f"--junitxml={two.root}/junit.xml"])
    assert ended.code == 1
    printed = capfd.readouterr()
    written = [path.read_text() for path in two.root.rglob("*") if path.suffix in (".json", ".xml")]
    assert len(written) == 2
    for text in (ended.out, printed.out, printed.err, *written):
        assert SECRET not in text
    assert "A=***" in ended.out


def test_a_secret_is_not_in_the_traceback_of_a_fault(
    two: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("walkthrough.compare.outputs.difference", broken)
    two.page(f"```{{.bash .step #a}}\nA_TOKEN={SECRET}; echo $A_TOKEN\n```\n\n{OUT}")
    ended = two.run(args=[f"--junitxml={two.root}/junit.xml"])
    assert "ZeroDivisionError" in ended.out
    for text in (ended.out, (two.root / "junit.xml").read_text()):
        assert SECRET not in text
    assert not (two.root / "build/proof").exists(), "a fault of the harness proves nothing"


class _Found(Search):
    """A search that finds a secret everywhere it is told to."""

    place = "the log of c"

    def start(self) -> None:
        self.said = "searched"

    def everywhere(self) -> list[Finding]:
        return [Finding("Secret a/b token", self.place)] if self.place else []

    def in_files(self, paths: Iterable[Path]) -> list[Finding]:
        return [] if self.place else [Finding("Secret a/b token", str(path)) for path in paths]


class _Searches:
    @hookimpl
    def search(self, cluster: Cluster, masker: Masker) -> Search:
        return _Found(cluster, masker)


@pytest.mark.parametrize("place", ["the log of c", ""])
def test_a_secret_of_the_cluster_that_is_found_fails_the_run(
    two: SmallGuide, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, place: str
) -> None:
    monkeypatch.setattr(_Found, "place", place)
    hooks.register(_Searches(), "searches")
    request.addfinalizer(lambda: hooks.manager().unregister(name="searches"))
    monkeypatch.setattr(StandIn, "provider", "sandbox")
    made = "walkthrough.run.plugin.get_cluster"
    monkeypatch.setattr(made, lambda _, options, progress: StandIn(options, progress))
    ended = two.run(provider="sandbox")
    assert ended.code == 1, ended.out
    if place:
        assert "Secret a/b token: in the log of c" in two.proof("sandbox")["failure"]["what"]
    else:
        assert "the file removed: Secret a/b token" in ended.out
        assert not (two.root / "build/proof/sandbox.json").exists()


def test_a_run_in_a_process_of_its_own(two: SmallGuide) -> None:
    process = two.start()
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert two.proof()["counts"]["nb"] == {"passed": 4}
    assert not left_behind(two)


def test_a_page_brings_along_what_it_stands_on(two: SmallGuide) -> None:
    ended = two.run("second")
    assert ended.code == 0, ended.out
    made = two.proof("local.partial")
    assert (made["chain"], made["complete"]) == (["index.md", "second.md"], False)
    assert not (two.root / "build/proof/local.json").exists()


def test_a_wrong_command_stops_the_build(two: SmallGuide) -> None:
    two.write("snippets/x.sh", "true\nkubectl-of-nobody get pods\n")
    two.page('# x\n\n```{.bash .step #a}\n--8<-- "snippets/x.sh"\n```\n')
    ended = two.run()
    assert ended.code == 1
    assert "docs/nb/index.md:3: a failed: exit code 127, expected 0" in ended.out
    assert "snippets/x.sh:2: kubectl-of-nobody get pods" in ended.out
    assert "command not found" in ended.out
    assert "Traceback" not in ended.out
    assert "third.md:1 c: done" in ended.out  # cleanup
    made = two.proof()
    assert made["failure"]["where"] == "docs/nb/index.md:3"
    assert made["counts"]["nb"] == {"failed": 1, "not-run": 1, "passed": 1}
    assert made["counts"]["en"] == made["counts"]["nb"]
    assert (
        made["pages"]["second.md"]["en"]["blocks"][0]["reason"] == "earlier step failed at docs/nb/index.md:3"
    )
    assert not left_behind(two)


def test_a_wrong_output_stops_the_build(two: SmallGuide) -> None:
    two.page(f"# Æ\n\n{A}{OUT.replace('hei', 'hallo')}")
    ended = two.run()
    assert ended.code == 1
    assert "docs/nb/index.md:7: a:stdout failed" in ended.out
    # When it happens, and again at the end.
    told = [match.start() for match in re.finditer("-hallo", ended.out)]
    assert told[0] < ended.out.index("The proof is in") < told[-1]


@pytest.mark.parametrize(
    ("break_it", "where", "what"),
    [
        (lambda guide: guide.page(f"# Æ\n\n{A}{OUT}".replace("echo hei", "echo hi"), languages=["en"]),
         "docs/en/index.md:3", "a has another body than nb at docs/nb/index.md:3"),
        (lambda guide: guide.page("x\n\n```bash\nls\n```\n"), "docs/nb/index.md:3", "this fence has no kind"),
        (lambda guide: (guide.root / "docs/en/second.md").unlink(), "docs/nb/second.md:1", "missing in en"),
        (lambda guide: guide.page('x\n\n--8<-- "nowhere.sh"\n'), "docs/nb/index.md:3", "could not be found"),
    ],
    ids=["an English block that differs", "an unmarked fence", "an absent translation", "a missing include"],
)  # fmt: skip
def test_what_is_wrong_with_a_page_stops_the_build_before_anything_runs(
    two: SmallGuide, break_it: Any, where: str, what: str
) -> None:
    break_it(two)
    ended = two.run()
    assert ended.code == 4
    assert what in ended.out
    assert f"where: {where}" in ended.out
    assert "what to do:" in ended.out
    assert "Traceback" not in ended.out
    assert "index.md:3 a" not in ended.out
    assert not (two.root / "build").exists()
    assert not left_behind(two)


def test_a_cluster_that_is_not_to_be_had(two: SmallGuide) -> None:
    ended = two.run(refuse="there is no memory left")
    assert ended.code == 1
    assert ended.out.count("there is no memory left\n") == 1
    assert "Traceback" not in ended.out
    # It says nothing about the pages, so an earlier proof stands.
    assert not (two.root / "build/proof").exists()


def test_a_provider_that_is_none(two: SmallGuide) -> None:
    ended = two.run(provider="minikube")
    assert ended.code == 4
    assert "there is no cluster provider 'minikube'" in ended.out
    assert "sandbox, microk8s, multipass, kubeconfig" in ended.out
    assert "Traceback" not in ended.out


def test_a_page_that_is_none(two: SmallGuide) -> None:
    with pytest.raises(UserError, match="there is no page 'secnod'"):
        two.run("secnod")


def test_pages_with_nothing_to_run(two: SmallGuide) -> None:
    two.page("Only prose.\n")
    ended = two.run("index")
    assert (ended.code, "These pages have nothing to run." in ended.out) == (0, True)
    assert not (two.root / "build").exists()


def test_a_kept_cluster_tells_how_to_get_into_it(two: SmallGuide) -> None:
    two.page("```{.bash .step #a}\ncd /usr; false\n```\n")
    ended = two.run(keep=True)
    assert ended.code == 1
    assert "guide cluster shell --cluster local --name walkthrough" in ended.out
    (home,) = left_behind(two)
    assert "__walkthrough_cwd=/usr" in (home / ".local/state/walkthrough/chain-walkthrough/state").read_text()
    assert "third.md:1 c" not in ended.out.partition("Blocks by verdict")[0]


def test_an_update_rewrites_and_proves_nothing(two: SmallGuide) -> None:
    two.write("snippets/a.out", "old\n")
    two.page(f'{A}```{{.text .output}}\n--8<-- "snippets/a.out"\n```\n')
    ended = two.run(update=True)
    assert ended.code == 0, ended.out
    assert (two.root / "snippets/a.out").read_text() == "hei\n"
    assert "1 expected outputs were rewritten" in ended.out
    assert "snippets/a.out" in ended.out
    assert not (two.root / "build").exists()
    assert two.run().code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_interrupted_run_cleans_up_after_itself(two: SmallGuide, number: signal.Signals) -> None:
    two.page(f"```{{.bash .step #a timeout=600}}\necho $$ > {two.root}/running\nsleep 304.5\n```\n")
    process = two.start()
    running = two.root / "running"
    until(lambda: running.exists() and running.read_text().strip() != "")
    pid = int(running.read_text())
    process.send_signal(number)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 2, out
    assert "nothing is recorded" in out
    until(lambda: not Path(f"/proc/{pid}/cwd").exists())
    assert not left_behind(two)
    assert not (two.root / "build").exists()


def test_a_secret_is_in_no_output_of_a_run(two: SmallGuide) -> None:
    two.page("```{.bash .step #a}\nGITEA_PASSWORD=c0rrect-horse; echo $GITEA_PASSWORD\n```\n\n" + OUT)
    ended = two.run(args=["--junitxml=junit.xml"])
    assert ended.code == 1
    assert "+***" in ended.out
    for text in (
        ended.out,
        (two.root / "junit.xml").read_text(),
        (two.root / "build/proof/local.json").read_text(),
    ):
        assert "c0rrect-horse" not in text


def test_a_report_for_machines(two: SmallGuide) -> None:
    two.page(f"# Æ\n\n{A}{OUT.replace('hei', 'hallo')}")
    two.run(args=["--junitxml=junit.xml"])
    cases = list(ET.parse(two.root / "junit.xml").iter("testcase"))
    assert [case.get("name") for case in cases] == [
        "index.md:3 a",
        "index.md:7 a:stdout",
        "index.md:3 a",
        "index.md:7 a:stdout",
        "second.md:1 b",
        "second.md:1 b",
        "third.md:1 c",
        "third.md:1 c",
    ]
    assert [case.get("classname") for case in cases][:3] == ["docs.nb.index.md"] * 2 + ["docs.en.index.md"]
    (failure,) = (case.find("failure") for case in cases if case.find("failure") is not None)
    assert failure is not None
    assert (failure.text or "").startswith("docs/nb/index.md:7: a:stdout failed")


def test_pytest_by_hand(two: SmallGuide) -> None:
    two.page(f"# Æ\n\n{A}{OUT.replace('hei', 'hallo')}")
    ended = two.pytest("docs", "--cluster=local", "-v")
    assert ended.code == 1
    assert "docs/nb/index.md::index.md:3 a PASSED" in ended.out
    assert "docs/nb/index.md::index.md:7 a:stdout FAILED" in ended.out
    assert "-hallo" in ended.out
    assert "Traceback" not in ended.out
    assert "the harness's own tests need none" in ended.out
    assert two.proof()["failure"]["where"] == "docs/nb/index.md:7"
    assert not left_behind(two)


def test_pytest_by_hand_does_not_leave_pages_out(two: SmallGuide) -> None:
    ended = two.pytest("docs/nb/second.md", "docs/en/second.md", "--cluster=local")
    assert ended.code == 4
    assert "second.md stands on index.md" in ended.out
    ended = two.pytest("docs/nb", "--cluster=local")
    assert ended.code == 4
    assert "would leave out blocks of docs/en/" in ended.out
    assert "Traceback" not in ended.out
    assert not left_behind(two)


def test_without_a_cluster_the_pages_are_no_tests(two: SmallGuide) -> None:
    ended = two.pytest("docs")
    assert ended.code == pytest.ExitCode.NO_TESTS_COLLECTED, ended.out
    assert "error" not in ended.out


def test_collecting_needs_no_cluster(two: SmallGuide) -> None:
    ended = two.pytest("docs", "--cluster=local", "--collect-only", "-q")
    assert ended.code == 0, ended.out
    assert [line for line in ended.out.splitlines() if "::" in line][:3] == [
        "docs/nb/index.md::index.md:3 a",
        "docs/nb/index.md::index.md:7 a:stdout",
        "docs/en/index.md::index.md:3 a",
    ]
    assert not left_behind(two)
    assert not (two.root / "build").exists()


def test_the_providers_and_the_stand_in() -> None:
    assert "local" not in PROVIDERS
    assert get_cluster("local", Options(), Progress()).provider == "local"
    with pytest.raises(UserError, match="no cluster provider 'kind'"):
        get_cluster("kind", Options(), Progress())


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_can_be_had_by_its_name(name: str) -> None:
    assert get_cluster(name, Options(extra={"kubeconfig": os.devnull}), Progress()).provider == name


def test_the_wiring_is_short() -> None:
    assert len((ROOT / "conftest.py").read_text().splitlines()) < 20


@pytest.mark.parametrize("name", ["docs/nb/conftest.py", "docs/conftest.py", "docs/.pytest.ini"])
def test_nothing_among_the_pages_is_run_on_this_machine(two: SmallGuide, name: str) -> None:
    run = two.root / "run"
    program = f"open({str(run)!r}, 'w')\n"
    two.write(name, program if name.endswith(".py") else "[pytest]\npythonpath = docs\naddopts = -p evil\n")
    two.write("docs/evil.py", program)
    with pytest.raises(UserError, match="would run this file") as refused:
        two.run()
    assert refused.value.where == name
    assert name in [error.where for error in verify.problems(two.project)[1]]
    assert not run.exists()


def test_pytest_that_is_given_no_page_says_so(two: SmallGuide) -> None:
    two.write("other/test_a.py", "def test_a(): pass\n")
    done = two.pytest("--cluster=local", "other")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "none of the site's pages is among what is to be run" in done.out


def test_two_blocks_do_not_measure_one_thing(two: SmallGuide) -> None:
    two.page("```{.bash .step #c measure=push}\ntrue\n```\n\n```{.bash .step #d measure=push}\ntrue\n```\n")
    errors = [error for error in verify.problems(two.project)[1] if "measures already" in error.what]
    assert [error.where for error in errors] == ["docs/nb/index.md:5", "docs/en/index.md:5"]
