"""Everything twice: what a second time finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import click.testing
import pytest

from guide.cli import cli
from walkthrough import exits, hooks
from walkthrough.hookspec import hookimpl
from walkthrough.proof.storage import read

from .conftest import SmallGuide

STEP = "```{{.bash .step #{id}{more}}}\n{body}\n```\n\n"


def step(id_: str, body: str, more: str = "") -> str:
    return STEP.format(id=id_, body=body, more=more)


def check(id_: str, body: str, more: str = "") -> str:
    return step(id_, body, more).replace(".step", ".check")


def verdicts(
    guide: SmallGuide, name: str = "local.twice", language: str = "nb"
) -> dict[str, tuple[str, str]]:
    made = guide.proof(name)
    return {
        block["name"]: (block["verdict"], block["reason"])
        for page in made["pages"].values()
        for block in page[language]["blocks"]
    }


def test_each_page_runs_once_more_after_itself(guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md")
    guide.page(step("a", "echo a >> ~/ran") + check("b", "test -s ~/ran; echo b >> ~/ran"))
    guide.page(step("c", "echo c >> ~/ran") + step("d", 'test "$(xargs < ~/ran)" = "a b a b c" ||\n'
               '  test "$(xargs < ~/ran)" = "a b a b c c"'), "second.md")  # fmt: skip
    ended = guide.run(twice=True)
    assert ended.code == 0, ended.out
    assert "index.md:1 a, again: done in" in ended.out
    assert set(verdicts(guide).values()) == {("passed", "")}
    assert not (guide.root / "build/proof/local.json").exists()


def test_a_step_that_fails_the_second_time_fails_the_run_and_does_not_end_it(guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md")
    guide.page(step("a", "true") + step("b", "mkdir ~/made; echo made") + "```{.text .output}\nmade\n```\n")
    guide.page(step("c", "touch ~/c"), "second.md")
    assert guide.run().code == 0
    ended = guide.run(twice=True)
    assert ended.code == 1
    assert ended.out.count("docs/nb/index.md:5: b failed the second time: exit code 1, expected 0") == 2
    assert "File exists" in ended.out
    found = verdicts(guide)
    assert found["a"] == ("passed", "")
    assert found["b"] == ("failed", "exit code 1, expected 0")
    assert found["b:stdout"] == ("not-run", "earlier step failed at docs/nb/index.md:5")
    assert found["c"] == ("passed", "")
    # The proof of the first, and its record, are as they were.
    assert set(verdicts(guide, "local").values()) == {("passed", "")}


def test_a_step_that_fails_the_first_time_is_not_tried_again(guide: SmallGuide) -> None:
    guide.page(step("a", "false"))
    ended = guide.run(twice=True)
    assert ended.code == 1
    assert "again" not in ended.out
    assert verdicts(guide)["a"] == ("failed", "exit code 1, expected 0")


def test_a_check_must_hold_again_and_so_must_what_it_shows(guide: SmallGuide) -> None:
    once = "test ! -e ~/seen || echo other; touch ~/seen; echo so"
    guide.page(check("a", once, " deadline=60 interval=60") + "```{.text .output}\nso\n```\n")
    assert guide.run().code == 0
    ended = guide.run(twice=True)
    assert ended.code == 1
    assert "+other" in ended.out
    assert verdicts(guide)["a"][0] == "failed"


def test_what_a_step_prints_may_differ_and_is_told(guide: SmallGuide) -> None:
    body = "test -e ~/x && echo unchanged || echo created; touch ~/x"
    guide.page(step("a", body) + "```{.text .output}\ncreated\n```\n")
    ended = guide.run(twice=True)
    assert ended.code == 0, ended.out
    assert verdicts(guide)["a:stdout"] == ("passed", "it printed something else the second time")
    assert "it printed something else the second time" in ended.out


def test_what_can_be_done_once_only_says_why(guide: SmallGuide) -> None:
    page = step("a", "mkdir ~/made; echo made", ' once="WHY"') + "```{.text .output}\nmade\n```\n"
    guide.page(page.replace("WHY", "mappen finnes"), languages=["nb"])
    guide.page(page.replace("WHY", "the folder is there"), languages=["en"])
    ended = guide.run(twice=True)
    assert ended.code == 0, ended.out
    reason = ("skipped", "mappen finnes")
    assert verdicts(guide) == {"a": reason, "a:stdout": reason}
    reason = ("skipped", "the folder is there")
    assert verdicts(guide, language="en") == {"a": reason, "a:stdout": reason}


@pytest.mark.parametrize("kind", ["step", "check"])
def test_both_languages_say_that_it_is_done_once(guide: SmallGuide, kind: str) -> None:
    guide.page(step("a", "true", ' once="så"').replace("step", kind), languages=["nb"])
    guide.page(step("a", "true").replace("step", kind), languages=["en"])
    ended = guide.run()
    assert ended.code == 4
    assert "a has other attributes than nb" in ended.out


def test_what_does_not_run_the_first_time_does_not_run_the_second(guide: SmallGuide) -> None:
    skip = '```{.powershell .skip #s reason="trenger Windows"}\nx\n```\n\n'
    guide.page(skip + step("m", "false", " when=microk8s") + step("v", "false", " when=multipass"))
    ended = guide.run(twice=True)
    assert ended.code == 0, ended.out
    assert {name: verdict for name, (verdict, _) in verdicts(guide).items()} == {
        "s": "skipped",
        "m": "substituted",
        "v": "skipped",
    }


def test_cleaning_up_runs_once_after_a_failure(guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md")
    guide.page(step("a", "mkdir ~/made"))
    guide.page(step("c", f"echo c >> {guide.root}/ran", " .cleanup"), "second.md")
    assert guide.run(twice=True).code == 1
    assert (guide.root / "ran").read_text() == "c\nc\n"
    guide.page(step("a", "false"))
    assert guide.run(twice=True).code == 1
    assert (guide.root / "ran").read_text() == "c\nc\nc\n"


def test_a_run_of_some_pages_has_a_record_of_its_own(guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md")
    guide.page(step("a", "true"))
    guide.page(step("c", "true"), "second.md")
    assert guide.run("index", twice=True).code == 0
    assert [path.name for path in (guide.root / "build/proof").iterdir()] == ["local.twice.partial.json"]


def test_a_manifest_is_written_again_and_the_cluster_asked_once(
    guide: SmallGuide, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []

    class Asks:
        @hookimpl
        def validate(self, path: Path) -> list[str]:
            asked.append(path.name)
            return []

    hooks.register(Asks(), "asks")
    request.addfinalizer(lambda: hooks.manager().unregister(name="asks"))
    guide.write("manifests/a/x.yaml", "a: 1\n")
    guide.page(
        '```{.bash .manifest #m title="a/x.yaml"}\nmkdir -p a\necho x >> ran\n'
        "cat > a/x.yaml <<'EOF'\na: 1\nEOF\n```\n\n"
        '```{.yaml .manifest title="a/x.yaml"}\na: 1\n```\n'
    )
    ended = guide.run(twice=True)
    assert ended.code == 0, ended.out
    assert ended.out.count(" m: done in") == 1
    assert ended.out.count(" m, again: done in") == 1
    assert asked == ["x.yaml", "x.yaml"]


def test_its_record_says_what_it_is_and_measures_nothing(guide: SmallGuide) -> None:
    guide.page(step("a", "true", " measure=a"))
    guide.run(twice=True)
    made = read(guide.root / "build/proof/local.twice.json")
    assert (made.mode, made.measured) == ("twice", {})


def test_outputs_are_not_rewritten_from_a_second_time() -> None:
    ended = click.testing.CliRunner().invoke(cli, ["verify", "--update", "--twice"])
    assert ended.exit_code == exits.USAGE
    assert "--twice" in ended.output
