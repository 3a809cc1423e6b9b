"""Blocks: what belongs together, and what must not stand on a page."""

from __future__ import annotations

import pytest

from tests.pages import pages_of_this_repository
from walkthrough.pages.loading import load_all
from walkthrough.pages.rules import Kind

from .conftest import SmallGuide

STEP = "```{.bash .step #index-a}\necho a\n```\n"
OUTPUT = "```{.text .output}\na\n```\n"


def test_defaults(guide: SmallGuide) -> None:
    step, output, check, skip = guide.blocks(
        f"{STEP}\n{OUTPUT}\n```{{.bash .check #index-c}}\ntrue\n```\n\n"
        '```{.bash .skip #index-s reason="nei"}\nx\n```\n'
    )
    assert (step.kind, step.timeout, step.exit, step.when, step.cleanup) == (Kind.STEP, 60, 0, None, False)
    assert (output.match, output.stream, output.name) == ("exact", "stdout", "index-a:stdout")
    assert (check.interval, check.deadline, check.times, check.timeout) == (2, 60, 1, 30)
    assert (skip.reason, skip.runs, step.runs) == ("nei", False, True)
    assert output.of is step
    assert step.outputs == [output]


def test_a_step_may_have_one_output_a_stream(guide: SmallGuide) -> None:
    step, out, err = guide.blocks(f"{STEP}\ntext\n\n{OUTPUT}\n```{{.text .output stream=stderr}}\nb\n```\n")
    assert step.outputs == [out, err]
    assert err.of is step


@pytest.mark.parametrize(
    ("page", "line", "what"),
    [
        (OUTPUT, 1, "nothing before it that runs"),
        (f'```{{.bash .skip #index-s reason="x"}}\nx\n```\n\n{OUTPUT}', 5, "nothing before it that runs"),
        (f"{STEP}\n{OUTPUT}\n{OUTPUT}", 9, "index-a has an output for stdout already"),
        (
            f"{STEP}\n{OUTPUT}\n```{{.text .output stream=both}}\na\n```\n",
            9,
            "has an output for both already",
        ),
        (f"{STEP}\n{STEP}", 5, "the id index-a stands at docs/nb/index.md:1 already"),
        (f"{STEP}\n```{{.text .output match=regex}}\n(\n```\n", 5, "not a pattern"),
        (f"{STEP}\n```{{.json .output match=json}}\n{{\n```\n", 5, "not JSON"),
    ],
)
def test_what_does_not_belong(guide: SmallGuide, page: str, line: int, what: str) -> None:
    error = guide.error(page)
    assert what in error.what
    assert error.where == f"docs/nb/index.md:{line}"
    assert error.fix


MANIFEST = "apiVersion: v1\nkind: Namespace\n"
SHOWN = '```{.yaml .manifest title="x/ns.yaml"}\n--8<-- "manifests/x/ns.yaml"\n```\n'


def heredoc(include: str, start: str = "cat > x/ns.yaml <<'EOF'", end: str = "EOF") -> str:
    return f'```{{.bash .manifest #index-m title="x/ns.yaml"}}\n{start}\n{include}\n{end}\n```\n'


def test_a_manifest_is_its_file(guide: SmallGuide) -> None:
    guide.write("manifests/x/ns.yaml", MANIFEST)
    shown, written = guide.blocks(
        f"{SHOWN}\n{heredoc(chr(45) * 2 + '8<-- ' + repr('manifests/x/ns.yaml:1:-2'))}"
    )
    assert shown.body == MANIFEST
    assert (shown.name, shown.runs) == ("manifest:x/ns.yaml", False)
    assert written.body == f"cat > x/ns.yaml <<'EOF'\n{MANIFEST}EOF\n"
    assert written.runs
    assert [str(origin) for origin in written.lines][1:3] == [
        "manifests/x/ns.yaml:1",
        "manifests/x/ns.yaml:2",
    ]


@pytest.mark.parametrize("path", ["ns.yaml", "~/repo/x/ns.yaml", '"$HOME/x/ns.yaml"'])
def test_a_step_may_write_it_from_any_folder(guide: SmallGuide, path: str) -> None:
    guide.write("manifests/x/ns.yaml", MANIFEST)
    (written,) = guide.blocks(heredoc('--8<-- "manifests/x/ns.yaml:1:-2"', start=f"cat > {path} <<'EOF'"))
    assert written.runs


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (
            SHOWN.replace("--8<--", ";--8<--"),
            "the page does not show manifests/x/ns.yaml:\n--- manifests/x/ns.yaml",
        ),
        (SHOWN.replace('ns.yaml"\n', 'ns.yaml:1:1"\n'), "-kind: Namespace"),
        (SHOWN.replace('title="x/ns', 'title="x/other'), "no file manifests/x/other.yaml"),
        (heredoc('--8<-- "manifests/x/ns.yaml"'), "an empty line that manifests/x/ns.yaml does not have"),
        (heredoc("kind: Other"), "+kind: Other"),
        (heredoc("x", start="cat > x/ns.yaml <<EOF"), "bash changes the text"),
        (heredoc("x", start="cat > x/ns.yaml <<-'EOF'"), "bash changes the text"),
        (heredoc("x", start="cat > x/wrong.yaml <<'EOF'"), "not written to x/ns.yaml"),
        (heredoc("x", start="cat > y/ns.yaml <<'EOF'"), "not written to x/ns.yaml"),
        (heredoc("x", start="cat > x/ns.yaml.new <<'EOF'"), "not written to x/ns.yaml"),
        (heredoc("x", start="touch x/ns.yaml"), "writes no file"),
        (heredoc("x", end="EOT"), "has no end"),
        (heredoc("x\nEOF\ncat > b <<'EOF'"), "writes two files"),
    ],
)
def test_a_manifest_that_is_not_its_file(guide: SmallGuide, page: str, what: str) -> None:
    guide.write("manifests/x/ns.yaml", MANIFEST)
    error = guide.error(f"text\n\n{page}")
    assert what in error.what
    assert error.where == "docs/nb/index.md:3"
    assert error.fix


@pytest.mark.parametrize("page", [SHOWN, heredoc('--8<-- "manifests/x/ns.yaml:1:-2"')])
@pytest.mark.parametrize(("ends", "line"), [("\r\n", 1), ("\r", 1)])
def test_a_manifest_with_carriage_returns(guide: SmallGuide, page: str, ends: str, line: int) -> None:
    guide.write("manifests/x/ns.yaml", MANIFEST.replace("\n", ends).encode())
    error = guide.error(page)
    assert "carriage returns" in error.what
    assert error.where == f"docs/nb/index.md:1, in manifests/x/ns.yaml:{line}"


def test_a_difference_that_nobody_sees_is_spelt_out(guide: SmallGuide) -> None:
    guide.write("manifests/x/ns.yaml", f"\ufeff{MANIFEST}")
    assert "\\ufeff" in guide.error(SHOWN.replace("--8<--", ";--8<--")).what


@pytest.mark.parametrize("text", ["", "\n\n", "  \n"])
def test_an_output_that_is_empty(guide: SmallGuide, text: str) -> None:
    guide.write("snippets/a.out", text)
    error = guide.error(f'{STEP}\n```{{.text .output}}\n--8<-- "snippets/a.out"\n```\n')
    assert "this output is empty" in error.what
    assert (error.where or "").startswith("docs/nb/index.md:5")


def test_a_file_without_a_last_line_end(guide: SmallGuide) -> None:
    guide.write("manifests/x/ns.yaml", MANIFEST.rstrip())
    assert "exactly one line end" in guide.error(SHOWN).what


def test_the_digest_changes_with_what_is_asked_for_and_not_with_prose(guide: SmallGuide) -> None:
    def digest(page: str) -> str:
        guide.page(page)
        return load_all(guide.project).pages["nb", "index.md"].sha256

    first = digest(STEP)
    assert digest(f"More prose.\n\n{STEP}") == first
    assert digest(STEP.replace("}", ' title="ls"}')) == first
    assert digest(STEP.replace("echo a", "echo b")) != first
    assert digest(STEP.replace("}", " timeout=50}")) != first
    assert digest(STEP.replace("}", " .cleanup}")) != first
    assert digest(STEP + OUTPUT) != first


def test_all_errors_of_all_pages_are_told_at_once(guide: SmallGuide) -> None:
    guide.nav("index.md", "second.md", "third.md")
    guide.page(f"{STEP}\n```bash\nls\n```\n\n{OUTPUT}")
    guide.page(STEP, "second.md")
    guide.page("```{.text .output}\nx\n```\n", "extra.md", ["nb"])
    guide.page("x\n", "third.md", ["nb"])
    errors = load_all(guide.project).errors
    assert [(error.where, error.what.split(":")[0]) for error in errors] == [
        ("docs/nb/index.md:5", "this fence has no kind"),
        ("docs/nb/index.md:9", "this output has nothing before it that runs"),
        ("docs/nb/second.md:1", "the id index-a stands at docs/nb/index.md"),
        ("docs/nb/extra.md:1", "this output has nothing before it that runs"),
        ("docs/en/index.md:5", "this fence has no kind"),
        ("docs/en/index.md:9", "this output has nothing before it that runs"),
        ("docs/nb/third.md:1", "third.md is missing in en"),
        ("docs/en/second.md:1", "the id index-a stands at docs/en/index.md"),
    ]


def test_blocks_of_a_page_that_nothing_runs(guide: SmallGuide) -> None:
    guide.page("x\n")
    guide.page(STEP, "lost.md", ["nb"])
    (error,) = load_all(guide.project).errors
    assert error.what == "lost.md has blocks and is not in nav, so nothing would run them"
    assert error.where == "docs/nb/lost.md:1"


@pytest.mark.parametrize(
    ("page", "where", "what"),
    [
        (b"---\ntitle: a: b\n---\n", "docs/nb/index.md:2", "the front matter: this is not YAML"),
        (b"---\ntitle: a\n", "docs/nb/index.md:1", "the front matter has no end"),
        (b"\xff\xfe", "docs/nb/index.md:1", "this is not UTF-8"),
    ],
)
def test_a_page_that_cannot_be_read(guide: SmallGuide, page: bytes, where: str, what: str) -> None:
    guide.write("docs/nb/index.md", page)
    guide.write("docs/en/index.md", "x\n")
    (error,) = load_all(guide.project).errors
    assert what in error.what
    assert error.where == where


def test_front_matter_and_a_byte_order_mark(guide: SmallGuide) -> None:
    page = f"\ufeff---\ntitle: T\nproducts: [cert-manager]\n---\n{STEP}"
    guide.page(page)
    loaded = load_all(guide.project).pages["nb", "index.md"]
    assert loaded.products == {"cert-manager"}
    assert str(loaded.blocks[0].where) == "docs/nb/index.md:5"


def test_this_repositorys_pages_have_blocks_in_both_languages() -> None:
    guide = pages_of_this_repository()
    for language in ("nb", "en"):
        assert len(list(guide.blocks(language))) > 100
