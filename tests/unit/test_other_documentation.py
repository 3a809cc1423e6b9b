"""What other people's pages are written in: prompts, a server in a terminal of its own, ``<your-name>``."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.waiting import until
from walkthrough import hooks
from walkthrough.hookspec import hookimpl
from walkthrough.machine.base import Cluster
from walkthrough.pages.block import Block
from walkthrough.pages.loading import load

from .conftest import SmallGuide, processes


def fence(info: str, body: str) -> str:
    return f"```{{{info}}}\n{body}\n```\n\n"


def console(body: str, more: str = "") -> str:
    return fence(f".console .step #a{more}", body)


def recorded(guide: SmallGuide) -> list[dict[str, Any]]:
    proof = json.loads((guide.root / "build/proof/local.json").read_text("utf-8"))
    blocks: list[dict[str, Any]] = proof["pages"]["index.md"]["nb"]["blocks"]
    return blocks


# a prompt


def parts(blocks: list[Block]) -> list[tuple[str, str, int]]:
    return [(block.name, block.body, block.where.line) for block in blocks]


def test_each_command_is_a_step_with_what_it_prints(guide: SmallGuide) -> None:
    text = "Text.\n\n" + console("$ cd /usr\n$ pwd\n/usr\n$ printf '1\\n2\\n'\n1\n2")
    assert parts(guide.blocks(text)) == [
        ("a", "cd /usr\n", 4),
        ("a:both", "", 3),
        ("a-2", "pwd\n", 5),
        ("a-2:both", "/usr\n", 6),
        ("a-3", "printf '1\\n2\\n'\n", 7),
        ("a-3:both", "1\n2\n", 8),
    ]
    ended = guide.run()
    assert ended.code == 0, ended.out


@pytest.mark.parametrize(
    ("body", "command", "output"),
    [
        ("$ cat <<EOF\n> one\n>\n> two\n> EOF\none\n\ntwo", "cat <<EOF\none\n\ntwo\nEOF\n", "one\n\ntwo\n"),
        ("$ echo a \\\n    b\na b", "echo a \\\n    b\n", "a b\n"),
        ("$ printf '%s\\n' '> a' |\n> cat\n> a", "printf '%s\\n' '> a' |\ncat\n", "> a\n"),
        ("$ echo '> a'\n> a", "echo '> a'\n", "> a\n"),
        ("$ if true; then\n> echo yes\n> fi\nyes", "if true; then\necho yes\nfi\n", "yes\n"),
        ("$ echo 'a\n> b'\na\nb", "echo 'a\nb'\n", "a\nb\n"),
    ],
)
def test_a_command_goes_on_until_it_is_finished(
    guide: SmallGuide, body: str, command: str, output: str
) -> None:
    step, shown = guide.blocks(console(body))
    assert (step.body, shown.body) == (command, output)
    ended = guide.run()
    assert ended.code == 0, ended.out


def test_where_no_output_is_shown_none_is_compared(guide: SmallGuide) -> None:
    assert [block.name for block in guide.blocks(console("$ echo one\n$ echo two"))] == ["a", "a-2"]
    assert guide.run().code == 0


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("$ echo one\none\n$ echo two\nthree", 5, "a-2 printed something else"),
        ("$ echo one\n$ echo two\ntwo", 1, "a printed something else"),
        ("$ echo one\none\n$ false", 4, "a-2 failed: exit code 1"),
    ],
)
def test_what_is_not_so_is_told_at_its_line(guide: SmallGuide, body: str, line: int, told: str) -> None:
    guide.page(console(body))
    ended = guide.run()
    assert ended.code == 1
    assert f"docs/nb/index.md:{line}: " in ended.out
    assert told in ended.out


def test_an_exit_code_is_that_of_the_last_command(guide: SmallGuide) -> None:
    guide.page(console("$ echo one\none\n$ echo two >&2; false\ntwo", " exit=1"))
    ended = guide.run()
    assert ended.code == 0, ended.out


def test_in_a_list_and_from_a_snippet(guide: SmallGuide) -> None:
    guide.write("snippets/a.txt", "$ echo one\none\n$ echo two\ntwo\n")
    guide.page(
        "- An item\n\n    ```{.console .step #b}\n    $ echo 'a\n    >   b'\n    a\n      b\n    ```\n\n"
        + console('--8<-- "snippets/a.txt"')
    )
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert [block["name"] for block in recorded(guide)] == ["b", "b:both", "a", "a:both", "a-2", "a-2:both"]


@pytest.mark.parametrize("language", ["sh", "shell", "bash"])
def test_other_names_of_bash(guide: SmallGuide, language: str) -> None:
    guide.page(
        fence(f".{language} .step #a", "[[ $BASH ]]")
        + fence(f".{language} .check #b", "true")
        + fence(f".{language} .step #c exit=2", "echo $(false)")
    )
    _, errors = load(guide.project.page_path("index.md", "nb"))
    assert errors == []
    assert guide.run().code == 1


# in the background


def served(forever: str, until: str, more: str = "") -> str:
    body = f"echo $$ >server\nexport NAME=kept\nexec sleep {forever}"
    return fence(f'.bash .step .background #serve until="{until}"{more}', body)


def test_a_process_is_there_for_its_page_and_no_longer(guide: SmallGuide, forever: str) -> None:
    guide.nav("index.md", "after.md")
    guide.page(
        fence(".bash .step #name", "NAME=here")
        + served(forever, "test -e server")
        + fence(".bash .step #use", 'ps -ef | grep -q "[s]leep ' + forever + '"; test "$NAME" = here')
    )
    gone = fence(".bash .step #gone exit=1", f'ps -ef | grep "[s]leep {forever}"')
    guide.page(gone, "after.md")
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert processes(f"sleep\0{forever}") == []
    assert recorded(guide)[1]["reason"] == "went on in the background until its page ended"


@pytest.mark.parametrize("way", ["keep", "twice"])
def test_it_ends_in_other_ways_of_running_too(guide: SmallGuide, forever: str, way: str) -> None:
    guide.page(served(forever, "pgrep -f '^sleep [^ ]*" + forever + "'"))
    ended = guide.run(keep=way == "keep", twice=way == "twice")
    assert ended.code == 0, ended.out
    assert processes(f"sleep\0{forever}") == []


def test_it_ends_after_ctrl_c(guide: SmallGuide, forever: str) -> None:
    guide.page(
        served(forever, "test -e server") + fence(".bash .step #wait timeout=200", f"sleep 1{forever}")
    )
    with guide.start() as running:
        until(lambda: processes(f"sleep\x001{forever}") or running.poll() is not None)
        assert running.poll() is None, running.communicate()[0]
        assert processes(f"sleep\0{forever}")
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=120)
    assert running.returncode == 2, out
    assert processes(f"sleep\0{forever}") == []


@pytest.mark.parametrize(
    ("body", "until", "told"),
    [
        (
            "echo it cannot >&2; exit 3",
            "test -e never",
            "the process has ended before this held: test -e never",
        ),
        ("true", "test -e 'n o'", "the process has ended before this held: test -e 'n o'"),
        ("sleep 300", "test -d /usr", "this holds before the step has begun, so something else answers"),
    ],
)
def test_what_is_not_up_fails_at_its_line(guide: SmallGuide, body: str, until: str, told: str) -> None:
    guide.page(fence(f'.bash .step .background #serve until="{until}"', body))
    ended = guide.run()
    assert ended.code == 1
    assert "docs/nb/index.md:1: serve failed: exit code" in ended.out
    assert told in ended.out


def test_what_never_comes_up_runs_out_of_time_and_is_ended(guide: SmallGuide, forever: str) -> None:
    guide.page(served(forever, "test -e never", " timeout=3"))  # runs out
    ended = guide.run()
    assert "it was not done within 3.0 s, and was ended" in ended.out
    assert processes(f"sleep\0{forever}") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (fence(".bash .step .background #a", "true"), "a step needs until=…"),
        (fence('.bash .step #a until="true"', "true"), "a step has no attribute 'until'"),
        (fence('.bash .check .background #a until="true"', "true"), "a check has no attribute 'until'"),
        (
            fence('.bash .step .background #a until="true"', "sleep 1") + fence(".text .output", "x"),
            "a goes on in the background, so what it has printed by now is a matter of luck",
        ),
    ],
)
def test_what_cannot_go_on_in_the_background(guide: SmallGuide, text: str, what: str) -> None:
    assert what in guide.error(text).what


# placeholders


def with_values(text: str, **values: str) -> str:
    lines = "".join(f"  {json.dumps(name)}: {json.dumps(value)}\n" for name, value in values.items())
    return f"---\nplaceholders:\n{lines}---\n\n{text}"


GREETING = fence(".bash .step #a", "echo 'hello <your-name>'") + fence(".text .output", "hello <your-name>")


def test_a_placeholder_has_a_value_in_the_run_and_the_proof_says_so(guide: SmallGuide) -> None:
    name = {"<your-name>": "ada"}
    guide.page(with_values(GREETING, **name))
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert [block["reason"] for block in recorded(guide)] == ["run with ada for <your-name>"] * 2
    assert recorded(guide)[0]["kind"] == "step"


def test_another_value_is_another_proof(guide: SmallGuide) -> None:
    one, other = ({"<your-name>": name} for name in ("ada", "eva"))
    digests = {guide.blocks(with_values(GREETING, **value))[0].sha256() for value in (one, other)}
    assert len(digests) == 2


def test_each_language_has_its_own_placeholder_and_both_are_one_run(guide: SmallGuide) -> None:
    norwegian, english = {"<ditt-navn>": "ada"}, {"<your-name>": "ada"}
    guide.page(with_values(GREETING.replace("your-name", "ditt-navn"), **norwegian), languages=["nb"])
    guide.page(with_values(GREETING, **english), languages=["en"])
    ended = guide.run()
    assert ended.code == 0, ended.out


def test_all_pages_may_share_one(guide: SmallGuide) -> None:
    guide.nav("index.md")
    config = guide.root / "mkdocs.yml"
    shared = "extra: {walkthrough: {placeholders: {<your-name>: eva}}}\n"
    config.write_text(config.read_text("utf-8") + shared, encoding="utf-8")
    assert guide.blocks(GREETING)[0].body == "echo 'hello eva'\n"
    assert guide.blocks(with_values(GREETING, **{"<your-name>": "ada"}))[0].body == "echo 'hello ada'\n"


def test_a_placeholder_is_a_whole_word_and_a_value_is_none(guide: SmallGuide) -> None:
    values = {"NAME": "TOWN", "TOWN": "Bergen"}
    (block,) = guide.blocks(with_values(fence(".bash .step #a", 'echo "NAME USERNAME TOWN"'), **values))
    assert block.body == 'echo "TOWN USERNAME Bergen"\n'


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"<your-nam>": "ada"}, "the placeholder <your-nam> is in nothing that is run on this page"),
        ({"<your-name>": "a\nb"}, "placeholders.<your-name>: 'a\\nb' cannot stand here"),
        ({"x": "ada"}, "placeholders: 'x' cannot stand here"),
    ],
)
def test_what_is_no_placeholder(guide: SmallGuide, values: dict[str, str], what: str) -> None:
    error = guide.error(with_values(GREETING, **values))
    assert what in error.what
    assert str(error.where).startswith("docs/nb/index.md:")


# hidden set-up


def hidden(info: str = ".bash .step .setup #ready") -> str:
    return (
        "Text.\n\n<!--\n" + fence(info, "READY=yes") + "-->\n\n" + fence(".bash .step #use", '[[ "$READY" ]]')
    )


def test_set_up_is_run_unseen_and_named_in_the_proof(guide: SmallGuide, plain: None) -> None:
    guide.page(hidden())
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert [block["reason"] for block in recorded(guide)] == ["set-up that the reader does not see", ""]


def test_set_up_that_is_seen_and_what_is_unseen_and_none(guide: SmallGuide) -> None:
    seen = guide.error(fence(".bash .step .setup #ready", "true"))
    assert "the reader sees this fence, and it is marked as set-up" in seen.what
    assert str(seen.where) == "docs/nb/index.md:1"
    unseen = guide.error(hidden(".bash .step #ready"))
    assert "this fence stands in a comment" in unseen.what
    assert str(unseen.where) == "docs/nb/index.md:4"


def test_this_guide_hides_nothing_and_shows_no_secret(guide: SmallGuide) -> None:
    guide.page(hidden())
    ended = guide.run()
    assert ended.code == 4
    assert "ready is set-up that the reader does not see" in ended.out


# a secret that is shown


class _Keeps:
    @hookimpl
    def secret_values(self, cluster: Cluster) -> list[str]:
        return ["swordfish-of-1943"]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that is not this guide's: what only the guide's own pages may not do is allowed."""
    monkeypatch.setattr(hooks, "page_errors", lambda project, page: [])


@pytest.fixture
def keeps() -> Iterator[None]:
    hooks.register(_Keeps(), "keeps")
    yield
    hooks.manager().unregister(name="keeps")


SHOWN = "password=1; echo 'Password: swordfish-of-1943'"


@pytest.mark.usefixtures("plain", "keeps")
def test_a_secret_is_shown_only_where_the_page_says_so(guide: SmallGuide) -> None:
    guide.page(fence(".bash .step #a", SHOWN))
    assert "a secret of the cluster has been printed by a" in guide.run().out
    guide.page(fence('.bash .step #a shows="it is changed at once"', SHOWN))
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert recorded(guide)[0]["reason"] == "shows a secret on purpose: it is changed at once"
    assert "swordfish" not in ended.out


@pytest.mark.usefixtures("plain")
def test_what_is_shown_is_masked_from_then_on(guide: SmallGuide) -> None:
    shows = fence('.bash .step #a shows="it is changed at once"', "echo 'Your code: open-sesame-7'")
    guide.page(shows + fence(".bash .step #b", "echo open-sesame-7 >&2; false"))
    ended = guide.run()
    assert ended.code == 1
    assert "sesame" not in ended.out
    assert "***" in ended.out
    assert "sesame" not in (guide.root / "build/proof/local.json").read_text("utf-8")


@pytest.mark.usefixtures("plain", "keeps")
def test_another_step_may_still_not_print_it(guide: SmallGuide) -> None:
    guide.page(fence('.bash .step #a shows="why"', SHOWN) + fence(".bash .step #b", SHOWN))
    ended = guide.run()
    assert "a secret of the cluster has been printed by b" in ended.out


def test_a_program_is_found_where_its_author_has_it(
    guide: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = guide.write("own/ship", "#!/bin/sh\necho shipped\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:own::{os.environ['PATH']}")
    guide.page(
        console("$ cd /\n$ ship\nshipped")
        + fence(".bash .step #own", 'case ":$PATH:" in *:own:* | *::*) false ;; esac')
    )
    ended = guide.run()
    assert ended.code == 0, ended.out


def test_without_a_path_the_systems_programs_are_found(
    guide: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PATH")
    guide.page(console("$ basename /a/b\nb"))
    ended = guide.run()
    assert ended.code == 0, ended.out
