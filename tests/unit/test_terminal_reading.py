"""Interactive shells read what the reader pastes, and run none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from walkthrough.run.verify import problems
from walkthrough.terminal.reading import SHELLS, findings

from .conftest import SmallGuide

FENCE = "```"


def said(guide: SmallGuide, body: str, *shells: str) -> list[str]:
    blocks = guide.blocks(f"# T\n\n{FENCE}{{.bash .step #index-a}}\n{body}\n{FENCE}\n")
    return [str(error) for error in findings(blocks, shells or SHELLS)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("body", "what", "line"),
    [
        ("cat <<'EOF'\nhello", "no line EOF ends the heredoc", 4),
        ("echo before\ncat <<EOF\nhello\n EOF", "no line EOF ends the heredoc", 5),
        ("cat <<-'EOF' > a\nhello\n    EOF", "no line EOF ends the heredoc", 4),
        ("echo hi \\", "ends with a backslash", 4),
        ("true &&\necho hi \\", "ends with a backslash", 5),
        ("echo 'hi\nls", "a ' is missing", 4),
        ('echo hi\necho "hi', 'a " is missing', 5),
        ("x=$(date\nls", "a ) is missing", 4),
        ("echo `date", "waits for more", 3),
        ("for x in a b; do\n  echo $x", "waits for more", 3),
        ("if true; then\n  echo", "waits for more", 3),
        ("f() {\n  echo", "waits for more", 3),
        ("case a in\na) echo", "waits for more", 3),
        ("(cd /tmp", "waits for more", 3),
        ("true &&", "waits for more", 3),
        ("true |", "waits for more", 3),
        ('echo "hello !world"', "!world", 4),
        ("echo hi!there", "!there", 4),
        ("if true; fi", "does not read this", 3),
        ("echo )", "does not read this", 3),
    ],
)
def test_what_a_terminal_does_not_take(
    guide: SmallGuide, shell: str, body: str, what: str, line: int
) -> None:
    (error,) = said(guide, body, shell)
    assert what in error
    assert "docs/nb/index.md:3" in error
    assert line == 3 or f"line {line}" in error


@pytest.mark.parametrize(
    "body",
    [
        "echo hi!",
        "echo 'hi !x'",
        "! true || echo x",
        'test "$#" != 0',
        "cat <<'EOF'\n\"unbalanced !x\nEOF",
        "echo \\!x",
        "echo $((1 + 2)) '\"'",
        "f() { echo hi; }\nf",
        'echo <(cat) | while read -r x; do echo "$x"; done',
        "echo a \\\n  b",
        "case a in\n  (a | b) echo ;;\n  c) echo ;;\nesac",
    ],
)
def test_what_both_take(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []


def test_zsh_does_not_know_comments(guide: SmallGuide) -> None:
    assert said(guide, "# it's here\ntrue", "bash") == []
    (error,) = said(guide, "# it's here\ntrue", "zsh")
    assert "waits for more" in error


def test_nothing_is_run(guide: SmallGuide, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for body in (f"touch {ran}", f"echo > {ran}", f"}}\necho > {ran}\nf() {{\n:", f"x=$(echo > {ran})"):
        said(guide, body)
        assert not ran.exists() or not ran.read_bytes()


def test_a_fault_does_not_spoil_what_follows(guide: SmallGuide) -> None:
    text = "".join(
        f"{FENCE}{{.bash .step #index-{number}}}\n{body}\n{FENCE}\n\n"
        for number, body in enumerate(
            ["echo 'x", "true", "cat <<E\nx", "true", 'echo "!x"', "echo )", "true"]
        )
    )
    errors = [str(error) for error in findings(guide.blocks(text))]
    assert [error.partition(":")[0] for error in errors] == ["index-0", "index-2", "index-4", "index-5"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("cat <<EOF\nhello", "no line EOF ends the heredoc"),
        ("cat <<'EOF'\nhello\nEOF ", "no line EOF ends the heredoc"),
        ("x=$(cat <<A\nb\n)", "no line A ends the heredoc"),
        ("echo a \\", "ends with a backslash"),
        ("echo 'a", "a ' is missing"),
        ("if true; then echo", "something in it is open"),
        ("true &&", "something in it is open"),
    ],
)
def test_a_check_is_at_its_end_too(guide: SmallGuide, body: str, what: str) -> None:
    guide.page(f"```{{.bash .check #index-a}}\n{body}\n```\n")
    _, (error,) = problems(guide.project)
    assert what in error.what


@pytest.mark.parametrize(
    "body", ["cat <<EOF\na\nEOF", "cat <<<a", '# a comment\necho "wow!"', "echo $((1 << 2))"]
)
def test_a_check_that_is_at_its_end(guide: SmallGuide, body: str) -> None:
    guide.page(f"```{{.bash .check #index-a}}\n{body}\n```\n")
    assert problems(guide.project)[1] == []


@pytest.mark.parametrize(
    ("body", "blank"),
    [
        ("echo <your-name>", "<your-name>"),
        ("true\ntool login <SERVER> --user me", "<SERVER>"),
        ("tool login <your server>", "<your server>"),
        ("curl https://<host>/path", "<host>"),
        ('X="a" tool <A_B.c>"d"', "<A_B.c>"),
    ],
)
def test_a_placeholder_without_a_value_is_no_file(guide: SmallGuide, body: str, blank: str) -> None:
    (error,) = said(guide, body)
    assert f"{blank} looks like a placeholder" in error
    assert f'placeholders: {{"{blank}": …}}' in error
    guide.page(f'```{{.bash .skip #index-a reason="x"}}\n{body}\n```\n')
    assert problems(guide.project)[1] == []


@pytest.mark.parametrize(
    "body",
    [
        "sort <in >out",
        "sort <in>out",
        "cat < in > out",
        "echo '<a>' \"<b>\"",
        "cat <<EOF\n<a>b</a>\nEOF",
        "cat <(echo a)",
    ],
)
def test_what_is_no_placeholder(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []
