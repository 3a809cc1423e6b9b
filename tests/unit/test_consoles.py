"""A console fence as other people write it: prompts, what is said between commands; and its updates."""

from __future__ import annotations

import pytest

from walkthrough.pages.block import Block

from .conftest import SmallGuide
from .test_chain import Runs
from .test_other_documentation import console, fence, recorded

pytest_plugins = ["tests.unit.test_chain"]


def shown(blocks: list[Block]) -> list[tuple[str, str]]:
    """Commands and what they print."""
    return [(block.name, block.body) for block in blocks]


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        ("#", "# echo a"),
        ("%", "% echo a"),
        ("(venv) $", "(venv) $ echo a"),
        ("root@server:~#", "root@server:~# echo a"),
        ("me@…$", "me@host:~/some/folder$ echo a"),
    ],
)
def test_a_prompt_is_what_the_fence_says(guide: SmallGuide, prompt: str, line: str) -> None:
    text = console(f"{line}\na\n{line} >&2\na", f' prompt="{prompt}"')
    assert shown(guide.blocks(text)) == [
        ("a", "echo a\n"),
        ("a:both", "a\n"),
        ("a-2", "echo a >&2\n"),
        ("a-2:both", "a\n"),
    ]
    error = guide.error(console(f"{line}\na"))
    assert "begins without the prompt $" in error.what
    assert error.fix
    assert 'prompt="#"' in error.fix


def test_another_prompt_is_the_same_proof(guide: SmallGuide) -> None:
    one, other = console("$ echo a\na"), console("# echo a\na", ' prompt="#"')
    assert guide.blocks(one)[0].sha256() == guide.blocks(other)[0].sha256()


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("$ echo a\n\n$ echo b", [("a", "echo a\n"), ("a-2", "echo b\n")]),
        ("$ echo a\na\n$", [("a", "echo a\n"), ("a:both", "a\n")]),
        ("$ echo a\na\n$ ", [("a", "echo a\n"), ("a:both", "a\n")]),
        ("# First\n$ echo a\na", [("a", "echo a\n"), ("a:both", "a\n")]),
        (
            "$ echo a\na\n\n# then\n# this\n$ echo b\nb",
            [("a", "echo a\n"), ("a:both", "a\n"), ("a-2", "echo b\n"), ("a-2:both", "b\n")],
        ),
        (
            "$ echo '# a'\n# a\n$ true",
            [("a", "echo '# a'\n"), ("a:both", "# a\n"), ("a-2", "true\n"), ("a-2:both", "")],
        ),
        ("$ printf '\\n# a\\n'\n\n# a", [("a", "printf '\\n# a\\n'\n"), ("a:both", "\n# a\n")]),
    ],
)
def test_what_is_no_output(guide: SmallGuide, body: str, commands: list[tuple[str, str]]) -> None:
    assert shown(guide.blocks(console(body))) == commands


def test_without_a_prompt_the_fence_says_how_many_lines_are_typed(guide: SmallGuide) -> None:
    guide.page(
        console("printf '%s\\n' \\\n  one two\none\ntwo", " commands=2")
        + fence(".shell-session .step #b commands=1", "echo none")
    )
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert [block["name"] for block in recorded(guide)] == ["a", "a:both", "b"]


def test_each_command_may_have_its_exit_code(guide: SmallGuide) -> None:
    guide.page(
        console("$ echo a\na\n$ cat none\ncat: none: No such file or directory\n$ true", " exit=0,1,0")
    )
    ended = guide.run()
    assert ended.code == 0, ended.out


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (console("$ true\n$ false", " exit=0,1,0"), 1, "has 2 commands, and exit= says the exit codes of 3"),
        (console("$ true", " exit=0,256"), 1, "exit=0,256 is not an exit code"),
        (console("true", " commands=2"), 1, "has 1 lines, and commands=2 says that more"),
        (console("# true", " commands=1 prompt='#'"), 1, "for a console without prompts"),
        (console("$ true\n$\nmore"), 4, "nothing is typed at the prompt above this: more"),
        (console("$"), 1, "nothing is typed in this console"),
        (console("# said\n# only"), 1, "begins without the prompt $: # said"),
        (fence(".bash .step #a prompt='#'", "true"), 1, "a step has no attribute 'prompt'"),
        (
            fence(".bash .step #a", "$ echo a\na"),
            1,
            "begins with a prompt, which bash takes for a command: $ echo a",
        ),
        (fence(".sh .check #a", "% true"), 1, "this check begins with a prompt"),
        (console("echo one\n$ echo two"), 1, "this console begins without the prompt $: echo one"),
        (console("$ true\n$ echo 'one\n> two"), 3, "this command is not finished: two"),
        (console("$ cat <<EOF\n> a\n$ true"), 2, "this command is not finished: a"),
        (console("$ true", " measure=x"), 1, "a step has no attribute 'measure'"),
        (fence(".console .check #a", "$ true"), 1, "a check in console cannot be run"),
        (fence(".console .step .background #a", "$ true"), 1, "several commands after prompts cannot"),
        (console("$ true\n$ true") + fence(".bash .step #a-2", "true"), 6, "the id a-2 stands at"),
    ],
)
def test_what_is_no_console_is_told_at_its_line(guide: SmallGuide, text: str, line: int, what: str) -> None:
    error = guide.error(text)
    assert what in error.what
    assert str(error.where) == f"docs/nb/index.md:{line}"
    assert error.fix


# --update


def page_of(guide: SmallGuide, language: str = "nb") -> str:
    return (guide.root / f"docs/{language}/index.md").read_text("utf-8")


BEFORE = "Text.\n\n" + console(
    "$ echo one\nold\n\n$ true\n$ echo two\ntwo\n$ printf 'a\\n\\nb\\n'\na\n$ echo last >&2"
)
AFTER = "Text.\n\n" + console(
    "$ echo one\none\n\n$ true\n$ echo two\ntwo\n$ printf 'a\\n\\nb\\n'\na\n\nb\n$ echo last >&2\nlast"
)


def test_an_update_writes_each_output_under_its_command(run: Runs, guide: SmallGuide) -> None:
    verdicts = run.verdicts(BEFORE, update=True)
    assert {verdict.split()[1] for verdict in verdicts} == {"passed"}, run.report()
    assert page_of(guide) == page_of(guide, "en") == AFTER
    assert set(run.chain.executor.rewritten) == {"docs/nb/index.md", "docs/en/index.md"}
    assert {verdict.split()[1] for verdict in run.verdicts(AFTER)} == {"passed"}


@pytest.mark.parametrize(
    ("begin", "prefix"),
    [
        ("1. An item\n\n", "    "),
        ("!!! note\n\n", "    "),
        ("1. One\n\n    - Two\n\n", "        "),
        ("", "> "),
    ],
)
def test_an_update_keeps_the_depth_that_the_console_stands_at(
    run: Runs, guide: SmallGuide, begin: str, prefix: str
) -> None:
    def page(body: str) -> str:
        return begin + "".join(
            f"{prefix}{line}".rstrip() + "\n" for line in console(body).rstrip().split("\n")
        )

    run(page("$ printf 'a\\n\\n  b\\n'\nold\n$ echo c"), update=True)
    assert page_of(guide) == page("$ printf 'a\\n\\n  b\\n'\na\n\n  b\n$ echo c\nc"), run.report()


def test_an_update_of_a_console_that_both_languages_include(run: Runs, guide: SmallGuide) -> None:
    file = guide.write("snippets/x/a.txt", "$ echo one\nold\n")
    assert run.verdicts(console('--8<-- "snippets/x/a.txt"'), update=True) == ["a passed", "a:both passed"]
    assert file.read_text("utf-8") == "$ echo one\none\n"
    assert run.chain.executor.rewritten == ["snippets/x/a.txt"]


def test_an_update_keeps_what_floats(run: Runs, guide: SmallGuide) -> None:
    run(console("$ printf 'at 7\\nb\\n'\nat …\na", " match=ellipsis"), update=True)
    assert page_of(guide) == console("$ printf 'at 7\\nb\\n'\nat …\nb", " match=ellipsis")


SNIPPET = console('--8<-- "snippets/x/a.txt"')


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (console("$ printf '$ x\\n'\nold"), "cannot be read back from the page"),
        (console("$ printf 'a\\n$\\n'\nold"), "cannot be read back from the page"),
        (console("$ printf '```\\n'\nold"), "use a longer fence for this output, ````"),
        (console("$ true\nold"), "cannot be read back from the page"),
        (console("$ printf 'a\\rb\\n'\nold"), "line 1 of what was printed holds U+000D"),
        (console("$ printf 'a\\0b\\n'\nold"), "not a text to show"),
        (console("$ echo b\nold", " match=regex"), "by hand"),
        (SNIPPET + SNIPPET.replace("#a", "#b"), "b:both shows it, too"),
        (SNIPPET.replace("a.txt", "link.txt"), "is a link"),
        (console('$ echo b\nx\n--8<-- "snippets/x/part.txt"'), "parts of it stand in different places"),
        ("---\nplaceholders: {<name>: ada}\n---\n\n" + console("$ echo b\n<name>"), "it holds a placeholder"),
        ("---\nplaceholders: {<name>: ada}\n---\n\n" + console("$ echo <name>b\nold"), ""),
    ],
)
def test_what_an_update_does_not_write(run: Runs, guide: SmallGuide, page: str, what: str) -> None:
    file = guide.write("snippets/x/a.txt", "$ echo b\nold\n")
    guide.write("snippets/x/part.txt", "y\n")
    (file.parent / "link.txt").symlink_to("a.txt")
    run(page, update=True)
    if what:
        assert what in run.report()
        assert page_of(guide) == page_of(guide, "en") == page
        assert file.read_text("utf-8") == "$ echo b\nold\n"
    else:
        assert page_of(guide) == page.replace("\nold", "\nadab")


def test_an_update_is_taken_back_where_a_later_step_tells_that_it_is_secret(
    run: Runs, guide: SmallGuide
) -> None:
    page = console("$ echo swordfish-1943\nold") + fence(".bash .step #b", "MY_KEY=swordfish-1943")
    assert run.verdicts(page, update=True)[-1] == "b failed"
    assert page_of(guide) == page


# --typed


@pytest.mark.parametrize("program", ["bash", "zsh"])
def test_what_goes_on_in_the_background_goes_on_beside_the_terminal(
    guide: SmallGuide, forever: str, program: str
) -> None:
    guide.page(
        fence(".bash .step #name", "NAME='it is here'\nmkdir -p there\ncd there")
        + fence(
            ".bash .step .background #serve until='test -s name'",
            f'echo "$NAME" >name.new\nmv name.new name\nexec sleep {forever}',
        )
        + fence(".bash .step #use", "cat name")
        + fence(".text .output", "it is here")
    )
    ended = guide.run(typed=program)
    assert ended.code == 0, ended.out
    proof = next((guide.root / "build/proof").glob("local.typed-*.json")).read_text("utf-8")
    assert "in a bash of the harness's own beside the terminal" in proof
