"""House rules of the repository itself: what no reader should meet in it, and what every reader should."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from guide import chromium
from guide.paths import DOCS, ROOT, SNIPPETS
from guide.sandbox import preflight
from guide.sandbox.binaries import ensure
from guide.sandbox.layout import CNI_PLUGINS
from walkthrough.pages.loading import load_all
from walkthrough.progress import Progress
from walkthrough.project import Project

BIN = Path(sys.executable).parent
LOCK = ROOT / "requirements.lock"
#: Files that are not ours to read line by line.
BINARY = {".png", ".ico", ".woff2", ".jpg", ".gif", ".webp"}


@cache
def files() -> tuple[Path, ...]:
    """What is in the repository, or would be if it were committed now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file() and path.suffix not in BINARY))


def matches(pattern: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """``file:line text`` of every line that the pattern is found in, but for files under ``but``."""
    found = []
    for path in files():
        name = str(path.relative_to(ROOT))
        if name.startswith(but) if but else False:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                found.append(f"{name}:{number} {line.strip()[:120]}")
    return found


# Written so that this file is not among its own findings.
REGISTRIES = "|".join(
    re.escape("." .join(parts))
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("goproxy", "io"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("repo", "maven", "apache", "org"),
    )
)  # fmt: skip


def test_no_package_registry_is_named() -> None:
    assert matches(REGISTRIES) == []


def test_a_lock_holds_no_address_but_those_of_people() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)
    for path in files():
        assert path.name not in ("uv.lock", "poetry.lock", "Pipfile.lock"), (
            "its format writes index addresses"
        )
        if path.name in ("package-lock.json", "npm-shrinkwrap.json"):
            assert '"resolved"' not in path.read_text(encoding="utf-8"), path


def test_no_path_of_one_machine_is_named() -> None:
    homes = r"(?<![\w.])/(?:root|home/(?!ubuntu\b|runner\b)[a-z][\w-]*|Users/[A-Z]\w+)/"
    allowed = ("tests/", "src/guide/sandbox/", "sandbox/")
    assert matches(homes, but=allowed) == []
    # This checkout wherever it is now, and the folder beside which others of it may lie.
    for folder in (ROOT, ROOT.parent):
        if len(folder.parts) > 2 or folder == ROOT:
            assert matches(rf"(?<![\w.]){re.escape(str(folder))}/") == []


def test_text_is_tidy() -> None:
    untidy = []
    for path in files():
        text = path.read_bytes()
        name = path.relative_to(ROOT)
        if b"\r" in text and "tests" not in name.parts:
            untidy.append(f"{name}: CR")
        if path.suffix != ".out" and text and not text.endswith(b"\n"):
            untidy.append(f"{name}: no line end at the end")
        if path.suffix in (".py", ".sh", ".toml", ".yaml", ".yml") and re.search(rb"[ \t]+$", text, re.M):
            untidy.append(f"{name}: spaces at a line's end")
    assert untidy == []


def test_both_licences_are_there() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    assert "CC-BY-4.0" in (ROOT / "LICENSE-docs").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"


def test_what_begins_as_a_script_is_executable_and_the_reverse() -> None:
    wrong = []
    for path in files():
        script = path.read_bytes()[:2] == b"#!"
        executable = os.access(path, os.X_OK)
        if script != executable:
            wrong.append(f"{path.relative_to(ROOT)}: {'not ' * (not executable)}executable")
    assert wrong == []


def shell_scripts() -> list[Path]:
    return [
        path
        for path in files()
        if re.match(r"#!.*\b(ba|da)?sh\b", path.read_text(encoding="utf-8").partition("\n")[0])
    ]


def shellcheck(*arguments: str | Path) -> str:
    done = subprocess.run(
        [BIN / "shellcheck", "--format=gcc", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.replace(f"{ROOT}/", "") + done.stderr


def test_scripts_pass_shellcheck() -> None:
    scripts = shell_scripts()
    assert ROOT / "tools/setup" in scripts
    assert shellcheck(*scripts) == ""


def steps() -> list[Path]:
    """What the reader pastes; there must be some."""
    found = sorted(SNIPPETS.rglob("*.sh"))
    assert found
    return found


def test_steps_pass_shellcheck() -> None:
    # A step's variables come from earlier steps and serve later ones; snippets/.shellcheckrc has the rest.
    assert shellcheck("--shell=bash", "--exclude=SC2154,SC2034", *steps()) == ""


def test_steps_that_stand_on_a_page_pass_shellcheck(tmp_path: Path) -> None:
    scripts = []
    for page in load_all(Project(ROOT)).pages.values():
        for block in page.blocks:
            written_here = block.runs and any(origin.path == block.where.path for origin in block.lines)
            if written_here and block.attributes.language == "bash":
                scripts.append(tmp_path / f"{page.language}-{block.id}.sh")
                scripts[-1].write_text(block.body, encoding="utf-8")
    assert scripts
    assert shellcheck("--shell=bash", "--exclude=SC2154,SC2034", *scripts) == ""


def test_shellcheck_finds_what_is_wrong(tmp_path: Path) -> None:
    script = tmp_path / "bad.sh"
    script.write_text("#!/bin/bash\nrm -rf $1/*\n")
    assert "SC2086" in shellcheck(script)


def functions_to_keep(steps: Iterable[Path]) -> list[str]:
    """Functions of one step that another one calls, and that a new shell would not have."""
    texts = {step: step.read_text(encoding="utf-8") for step in steps}
    found = []
    for step, text in texts.items():
        kept = ["keep", *" ".join(re.findall(r"^keep (.+)$", text, re.MULTILINE)).split()]
        for name in re.findall(r"^(\w+)\(\) \{", text, re.MULTILINE):
            call = re.compile(rf"(?:^|[|&(!]|\bif|\bwhile|\buntil) *{name}\b(?!\(\)|=)", re.MULTILINE)
            others = (
                texts[other]
                for other in texts
                if other != step and f"\n{name}() {{" not in "\n" + texts[other]
            )
            if name not in kept and any(call.search(other) for other in others):
                found.append(f"{step}: {name}")
    return found


def test_functions_that_later_steps_call_are_kept_for_new_shells() -> None:
    # A page's checks stand in one block with their helpers; a page that stands alone takes its own away.
    helpers, alone = SNIPPETS / "gitea/as-browser.sh", SNIPPETS / "quarter"
    assert functions_to_keep(step for step in steps() if step != helpers and step.parent != alone) == []


def test_a_function_that_is_not_kept_is_found(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sh", tmp_path / "other.sh"
    one.write_text("ask() {\n  echo\n}\nask\n")
    other.write_text("if ! ask; then echo no; fi\n")
    assert functions_to_keep([one, other]) == [f"{one}: ask"]
    other.write_text("ask() {\n  echo no\n}\nask\n")
    assert functions_to_keep([one, other]) == []
    other.write_text("if ! ask; then echo no; fi\n")
    one.write_text(one.read_text() + "keep ask\n")
    assert functions_to_keep([one, other]) == []


#: The most lines of a module, and of a class in one: more than that is more than one idea.
MODULE_LINES, CLASS_LINES = 250, 200


def too_long(path: Path, name: str) -> Iterator[str]:
    """The module at a path, and the classes in it, that have too many lines."""
    text = path.read_text(encoding="utf-8")
    if len(text.splitlines()) > MODULE_LINES:
        yield name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > CLASS_LINES:
            yield f"{name} {node.name}"


def test_no_module_or_class_is_too_long() -> None:
    sources = [path for path in files() if path.is_relative_to(ROOT / "src") and path.suffix == ".py"]
    found = {one for path in sources for one in too_long(path, str(path.relative_to(ROOT)))}
    assert found == set(), "a module or class with more than one idea"


def test_a_module_and_a_class_that_are_too_long_are_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "class Long:\n" + "    x = 1\n" * (CLASS_LINES - 1) + "\n" * (MODULE_LINES - CLASS_LINES)
    )
    assert list(too_long(module, "module.py")) == []
    module.write_text("class Long:\n" + "    x = 1\n" * CLASS_LINES + "\n" * (MODULE_LINES - CLASS_LINES))
    assert list(too_long(module, "module.py")) == ["module.py", "module.py Long"]


#: The shortest time, in seconds, that a page of a test may give to what is to hold: a machine with much to do
#: has been seen to take longer than two for `true`.
PATIENCE = 30


def impatient(text: str) -> Iterator[int]:
    """The lines of a test on which a page has less time, and which do not say that it is to run out."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            given = re.findall(r"\b(?:deadline|timeout)=([\d.]+)(?=[ },\"]|$)", node.value, re.M)
            shown = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if any(float(one) < PATIENCE for one in given) and not re.search(
                r"# (runs out|never run)$", shown
            ):
                yield node.lineno


def test_what_is_to_hold_in_a_test_has_time_on_a_busy_machine() -> None:
    # Attributes are read there, and nothing is run.
    others = ("test_attributes.py", "test_fuzz.py", "test_repository.py")
    tests = [path for path in files() if path.is_relative_to(ROOT / "tests") and path.suffix == ".py"]
    pages = [path for path in files() if path.is_relative_to(ROOT / "examples") and path.suffix == ".md"]
    assert tests
    assert pages
    read = {path: path.read_text("utf-8") for path in tests if path.name not in others}
    read |= {path: repr(path.read_text("utf-8")) for path in pages}
    found = [f"{path.relative_to(ROOT)}:{line}" for path, text in read.items() for line in impatient(text)]
    assert found == []


def test_a_test_without_patience_is_found() -> None:
    assert list(impatient('a = 1\nb = "```{.bash .check #b deadline=2 interval=1}"\n')) == [2]
    assert list(impatient('b = "timeout=0.3"\n')) == [1]
    assert list(impatient('b = "timeout=0.3"  # runs out\nc = "deadline=60"\n')) == []


def test_both_languages_have_the_same_pages() -> None:
    nb, en = (
        {str(path.relative_to(DOCS / name)) for path in (DOCS / name).rglob("*.md")} for name in ("nb", "en")
    )
    assert nb == en
    assert nb


def test_every_snippet_is_on_a_page() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md"))
    snippets = [path for path in SNIPPETS.rglob("*") if path.is_file() and not path.name.startswith(".")]
    names = [str(path.relative_to(ROOT)) for path in snippets]
    assert [name for name in names if f'"{name}' not in pages] == []


def test_ci_runs_what_the_readme_says_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["exec make test"]
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_requirement_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    locked = set(re.findall(r"^([a-z0-9.-]+)==", LOCK.read_text(encoding="utf-8"), re.M))
    assert names - locked == set(), "run 'make lock'"


def imported(folder: Path) -> dict[str, str]:
    """The packages of others that the modules in a folder import, each with one that does."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for top in (name.partition(".")[0] for name in names):
                if top not in sys.stdlib_module_names:
                    found[top] = path.relative_to(ROOT).as_posix()
    return found


@pytest.mark.parametrize(
    ("project", "folders", "extra"),
    [
        ("walkthrough/pyproject.toml", ["src/walkthrough"], ""),
        # What checks in Python and the PDF need is asked for where they run.
        ("pyproject.toml", ["src"], "playwright"),
        ("pyproject.toml", ["src", "tests", "bench", "tools"], "dev"),
    ],
)
def test_what_is_imported_is_asked_for(project: str, folders: list[str], extra: str) -> None:
    given = tomllib.loads((ROOT / project).read_text(encoding="utf-8"))["project"]
    asked = [*given["dependencies"], *given.get("optional-dependencies", {}).get(extra, [extra])]
    known = {canonicalize_name(re.split(r"[^\w.-]", requirement)[0]) for requirement in asked}
    ours = {path.stem for folder in (".", "src", "tools") for path in (ROOT / folder).iterdir()}
    brings = importlib.metadata.packages_distributions()
    missing = {
        name: path
        for folder in folders
        for name, path in imported(ROOT / folder).items()
        if name not in ours and not known & {canonicalize_name(one) for one in brings.get(name, [])}
    }
    assert missing == {}


def test_the_oldest_python_that_is_supported_suits_every_locked_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert f"PYTHON_MINIMUM={oldest}\n" in (ROOT / "tools/setup").read_text(encoding="utf-8")
    wanted = {
        one.name: one.metadata["Requires-Python"]
        for one in importlib.metadata.distributions()
        if one.metadata["Requires-Python"]
    }
    unsuited = {name: asks for name, asks in wanted.items() if oldest not in SpecifierSet(asks)}
    assert unsuited == {}, f"Python {oldest} is too old for them"


def test_the_lock_has_a_hash_for_every_package() -> None:
    text = LOCK.read_text(encoding="utf-8")
    pins = re.split(r"^(?=[a-z0-9.-]+==)", text, flags=re.M)[1:]
    assert pins
    assert [pin.partition(" ")[0] for pin in pins if "--hash=sha256:" not in pin] == []


def needs() -> list[list[str]]:
    """The rows of tools/packages.txt: goal, what it is there as, packages, and what it is for."""
    rows = (ROOT / "tools/packages.txt").read_text(encoding="utf-8").splitlines()
    return [row.split(maxsplit=3) for row in rows if not row.startswith("#")]


def test_every_need_of_the_set_up_is_told_whole() -> None:
    for row in needs():
        assert len(row) == 4, row
        assert row[0] in ("check", "test"), row
    assert len({row[1] for row in needs()}) == len(needs())


def test_the_needs_of_the_set_up_are_those_of_the_sandbox() -> None:
    listed = {have: package for _, have, package, _ in needs()}
    for command, package in preflight.COMMANDS.items():
        assert package in listed.values()
        assert listed.get(command, package) == package
    assert listed[str(CNI_PLUGINS / preflight.PLUGINS[0])] == "containernetworking-plugins"


def test_the_set_up_and_the_guide_look_for_the_same_browsers() -> None:
    assert "|".join(chromium.PROGRAMS) in {have for _, have, _, _ in needs()}


def workflows() -> list[Path]:
    return sorted((ROOT / ".github/workflows").glob("*"))


def test_workflows_are_named_as_they_are_called() -> None:
    assert workflows()
    for path in workflows():
        assert path.suffix == ".yml"
        assert re.fullmatch(r"[a-z][a-z0-9-]*", path.stem)
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["name"]


def test_workflows_pass_actionlint() -> None:
    with Progress() as progress:
        actionlint = ensure(["actionlint"], progress)["actionlint"]
    done = subprocess.run(
        [actionlint, "-no-color", "-oneline", "-shellcheck", BIN / "shellcheck", "-pyflakes=", *workflows()],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_workflows_pass_zizmor() -> None:
    done = subprocess.run(
        [BIN / "zizmor", "--offline", "--no-progress", "--color=never", "--quiet", *workflows()],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
