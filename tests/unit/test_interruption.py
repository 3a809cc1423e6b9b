"""Steps that are interrupted half way and pasted again."""

from __future__ import annotations

import click.testing

from guide.cli import cli
from walkthrough import exits
from walkthrough.proof.storage import read
from walkthrough.run.interruption import Interruption

from .conftest import SmallGuide
from .test_again import step, verdicts

#: Its first moment is near the end of the time that a step takes.
LATE = "late-36"


def test_a_step_is_ended_and_then_runs_whole(guide: SmallGuide) -> None:
    body = "echo a >> ~/ran\ntest ! -e ~/wait || exit 0\ntouch ~/wait\nsleep 30"
    guide.page(step("a", body) + step("b", 'test "$(xargs < ~/ran)" = "a a"'))
    ended = guide.run(interrupted=LATE)
    assert ended.code == 0, ended.out
    assert "index.md:1 a: ended after " in ended.out
    made = read(guide.root / "build/proof/local.interrupted.json")
    assert (made.mode, made.counts["nb"]) == ("interrupted", {"passed": 2})


def test_a_half_that_stores_an_empty_value_is_found(guide: SmallGuide) -> None:
    """It makes the file first, and what is to be in it later; the whole one takes any file for good."""
    guide.page(
        step("a", "test -e ~/made || { : > ~/made; sleep 30; echo good > ~/made; }")
        + step("b", "grep good ~/made")
    )
    ended = guide.run(interrupted=LATE)
    assert ended.code == 1
    assert verdicts(guide, "local.interrupted")["b"][0] == "failed"


def test_what_can_be_done_once_only_is_not_interrupted(guide: SmallGuide) -> None:
    guide.page(step("a", "mkdir ~/made", ' once="så"'))
    ended = guide.run(interrupted=LATE)
    assert ended.code == 0, ended.out
    assert verdicts(guide, "local.interrupted")["a"] == ("passed", "")


def test_an_output_may_differ(guide: SmallGuide) -> None:
    body = "test -e ~/x && echo unchanged || echo created; touch ~/x"
    guide.page(step("a", body) + "```{.text .output}\ncreated\n```\n")
    ended = guide.run(interrupted=LATE)
    assert ended.code == 0, ended.out


def test_the_moments_are_those_of_the_seed() -> None:
    one, other = Interruption("7"), Interruption("7")
    moments = [one.moment(10) for _ in range(50)]
    assert moments == [other.moment(10) for _ in range(50)]
    assert moments != [Interruption("8").moment(10) for _ in range(50)]
    assert min(moments) < 2
    assert 8 < max(moments) <= 10
    assert max(Interruption("1").moment(0) for _ in range(50)) <= 1


def test_what_does_not_go_together() -> None:
    for more in ("--update", "--twice"):
        ended = click.testing.CliRunner().invoke(cli, ["verify", "--interrupted", "1", more])
        assert ended.exit_code == exits.USAGE
