"""Functions that a shell prints in a form that it cannot read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from walkthrough.terminal import kept

from .conftest import SmallGuide

#: A list in whose middle a heredoc stands, as bash 5.2 does not read its own print of it.
BROKEN = "write() {\n  true && cat <<END && echo after\n$1\nEND\n}"


def said(guide: SmallGuide, body: str) -> list[str]:
    blocks = guide.blocks(f"# T\n\n```{{.bash .step #index-a}}\n{body}\n```\n")
    return [str(error) for error in kept.findings(blocks)]


@pytest.mark.parametrize(
    "body",
    [
        BROKEN,
        BROKEN.replace("&& echo", "|| echo"),
        BROKEN.replace("  true", "  x=$(true").replace("END\n}", "END\n)\n}"),
        f"outer() {{\n{BROKEN}\n}}",
        "write() {\n  if cat <<END & then true; fi\na\nEND\n}",
    ],
)
def test_a_function_that_cannot_be_kept(guide: SmallGuide, body: str) -> None:
    (error,) = said(guide, f"whole() {{ true; }}\n{body}")
    name = "outer" if body.startswith("outer") else "write"
    assert f"bash prints the function {name} in a form that it cannot read again" in error
    assert "docs/nb/index.md:3, line 5" in error
    assert "what to do: let nothing follow a heredoc on its line" in error


@pytest.mark.parametrize(
    "body",
    [
        "write() {\n  cat <<END && echo after\n$1\nEND\n}",
        "write() {\n  cat <<END | sort\n$1\nEND\n  true && echo after\n}",
        "write() {\n  if true && cat <<END; then\n$1\nEND\n    echo after\n  fi\n}",
        # Nobody keeps what is no function.
        "true && cat <<END && echo after\na\nEND",
        "write() { true; }\necho write",
    ],
)
def test_a_function_that_can_be_kept(guide: SmallGuide, body: str) -> None:
    assert not said(guide, body)


@pytest.mark.parametrize(
    "body", ["f() { :; }\n: > {0}\n}", "f() { :; }; : > {0}", "f() { $(: > {0}); }", "f() { : } : > {0}\n}"]
)
def test_nothing_of_it_is_run(tmp_path: Path, body: str) -> None:
    evil = tmp_path / "evil"
    for shell in ("bash", "zsh"):
        kept._unread(shell, f"/bin/{shell}", [body.replace("{0}", str(evil))])
    assert not evil.exists()
