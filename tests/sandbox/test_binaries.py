"""Programs are built once for each content, whole or not at all, and one process at a time."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guide import programs
from guide.paths import cache_dir
from guide.sandbox import binaries, toolchain
from guide.sandbox.cache import make_once
from tests.waiting import until
from walkthrough.errors import UserError
from walkthrough.progress import Progress

HELLO = 'package main\n\nvar greeting = "hello"\n\nfunc main() { println(greeting, word()) }\n'
WORD = 'package main\n\nfunc word() string { return "world" }\n'


@pytest.fixture(scope="session")
def compiled() -> str:
    """Go's own cache as it is: the standard library need not be compiled for every test."""
    return subprocess.run(["go", "env", "GOCACHE"], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: str) -> Path:
    monkeypatch.setenv("GOCACHE", compiled)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_dir()


@pytest.fixture
def sandbox(tmp_path: Path, cache: Path) -> Path:
    """A folder like ``sandbox/`` with one program."""
    folder = tmp_path / "sandbox"
    command = folder / "cmd" / "hello"
    command.mkdir(parents=True)
    (folder / "go.mod").write_text("module example.test/tiny\n\ngo 1.26\n")
    (command / "main.go").write_text(HELLO)
    (command / "word.go").write_text(WORD)
    (folder / "binaries.toml").write_text(
        '[hello]\npackage = "./cmd/hello"\ntitle = "the greeter"\nseconds = 3\n'
        'ldflags = ["-X main.greeting=bonjour"]\n'
    )
    return folder


class Builds:
    """Ensures programs and remembers what was said meanwhile."""

    def __init__(self, sandbox: Path) -> None:
        self.sandbox = sandbox
        self.said = ""

    def __call__(self, *names: str) -> dict[str, Path]:
        stream = io.StringIO()
        try:
            with Progress(stream) as progress:
                return binaries.ensure(names, progress, sandbox=self.sandbox)
        finally:
            self.said = stream.getvalue()


@pytest.fixture
def build(sandbox: Path) -> Builds:
    return Builds(sandbox)


def output_of(program: Path) -> str:
    return subprocess.run([program], capture_output=True, text=True, check=True).stderr.strip()


def leftovers(cache: Path) -> list[str]:
    return [path.name for path in (cache / "bin").iterdir() if path.name.endswith(".part")]


def test_builds_a_program_and_says_so(build: Builds, cache: Path) -> None:
    program = build("hello")["hello"]

    assert output_of(program) == "bonjour world"
    assert program.parent.parent == cache / "bin"
    assert program.parent.name.startswith("hello-")
    assert "Building the greeter … about 3.0 s" in build.said
    assert "Building the greeter: done in" in build.said
    assert leftovers(cache) == []


def test_the_second_time_nothing_is_compiled(build: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build("hello")
    monkeypatch.setattr(toolchain.Toolchain, "build", lambda *_: pytest.fail("compiled again"))

    assert build("hello", "hello") == first
    assert build.said == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda sandbox: (sandbox / "cmd" / "hello" / "word.go").write_text(WORD.replace("world", "moon")),
        lambda sandbox: (sandbox / "go.mod").write_text("module example.test/tiny\n\ngo 1.26.0\n"),
        lambda sandbox: (sandbox / "go.sum").write_text(""),
        lambda sandbox: (sandbox / "binaries.toml").write_text(
            (sandbox / "binaries.toml").read_text().replace("bonjour", "hei")
        ),
        lambda sandbox: (sandbox / "cmd" / "hello" / "word.go").rename(sandbox / "cmd" / "hello" / "w.go"),
    ],
    ids=["source", "go.mod", "go.sum", "flags", "file name"],
)
def test_a_change_of_content_builds_anew(
    build: Builds, sandbox: Path, change: Callable[[Path], object]
) -> None:
    first = build("hello")["hello"]
    change(sandbox)
    second = build("hello")["hello"]

    assert second != first
    assert first.exists(), "a cluster that is up may still run it"


def test_a_module_of_our_own_in_place_of_another_belongs_to_the_program(build: Builds, sandbox: Path) -> None:
    word = sandbox / "word"
    word.mkdir()
    (word / "go.mod").write_text("module example.test/word\n\ngo 1.26\n")
    (word / "word.go").write_text('package word\n\nconst Word = "world"\n')
    (sandbox / "cmd" / "hello" / "word.go").write_text(
        'package main\n\nimport other "example.test/word"\n\nfunc word() string { return other.Word }\n'
    )
    (sandbox / "go.mod").write_text(
        "module example.test/tiny\n\ngo 1.26\n\nrequire example.test/word v1.0.0\n\n"
        "replace example.test/word => ./word\n"
    )
    first = build("hello")["hello"]
    assert output_of(first) == "bonjour world"
    (word / "word.go").write_text('package word\n\nconst Word = "moon"\n')
    assert output_of(build("hello")["hello"]) == "bonjour moon"


def test_a_test_file_does_not_change_the_program(build: Builds, sandbox: Path) -> None:
    first = build("hello")
    (sandbox / "cmd" / "hello" / "word_test.go").write_text("package main\n")
    (sandbox / "cmd" / "hello" / "testdata").mkdir()
    (sandbox / "cmd" / "hello" / "testdata" / "golden.txt").write_text("x")

    assert build("hello") == first


def test_another_compiler_builds_anew(sandbox: Path) -> None:
    recipe = binaries.recipes(sandbox)["hello"]
    assert isinstance(recipe, binaries.Recipe)
    keys = {
        recipe.key(toolchain.Toolchain(Path("go"), version, arch))
        for version in ("go1.26.3", "go1.27.0")
        for arch in ("amd64", "arm64")
    }
    assert len(keys) == 4


def test_an_experiment_that_upstream_builds_with_is_in_the_program_and_its_key(
    build: Builds, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sandbox / "cmd" / "hello" / "word.go").write_text(
        '//go:build !goexperiment.jsonv2\n\npackage main\n\nfunc word() string { return "world" }\n'
    )
    (sandbox / "cmd" / "hello" / "json.go").write_text(
        '//go:build goexperiment.jsonv2\n\npackage main\n\nfunc word() string { return "json" }\n'
    )
    monkeypatch.setenv("GOEXPERIMENT", "jsonv2")
    assert output_of(build("hello")["hello"]) == "bonjour world", "not the reader's own"
    table = sandbox / "binaries.toml"
    table.write_text(table.read_text() + 'experiments = ["jsonv2"]\n')
    assert output_of(build("hello")["hello"]) == "bonjour json"


def test_flags_of_the_compiler_reach_it(build: Builds, sandbox: Path, cache: Path) -> None:
    table = sandbox / "binaries.toml"
    table.write_text(table.read_text() + 'gcflags = ["-nonsense"]\n')
    with pytest.raises(UserError):
        build("hello")
    assert "-nonsense" in (cache / "bin" / "hello.log").read_text()


def test_the_readers_go_settings_do_not_change_the_program(
    build: Builds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "goenv").write_text("GOFLAGS=-tags=strange -mod=vendor\n")
    monkeypatch.setenv("GOENV", str(tmp_path / "goenv"))
    monkeypatch.setenv("GOFLAGS", "-nonsense")
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("GOWORK", str(tmp_path / "missing.work"))
    strange = build("hello")["hello"]
    contents = strange.read_bytes()
    for name in ("GOENV", "GOFLAGS", "GOOS", "GOWORK"):
        monkeypatch.delenv(name)

    assert build("hello")["hello"] == strange
    (strange.parent / "hello").unlink()
    strange.parent.rmdir()
    assert build("hello")["hello"].read_bytes() == contents, "the build is reproducible"


def test_a_program_that_does_not_compile(build: Builds, sandbox: Path, cache: Path) -> None:
    (sandbox / "cmd" / "hello" / "word.go").write_text("package main\n\nfunc word() string { return 7 }\n")

    with pytest.raises(UserError) as caught:
        build("hello")

    assert "./cmd/hello does not build" in caught.value.what
    assert "word.go:3" in caught.value.what, "the compiler's own words"
    log = cache / "bin" / "hello.log"
    assert str(log) in str(caught.value.where)
    assert "word.go:3" in log.read_text()
    assert "Building the greeter: failed" in build.said
    assert leftovers(cache) == []

    (sandbox / "cmd" / "hello" / "word.go").write_text(WORD)
    assert output_of(build("hello")["hello"]) == "bonjour world"


def test_a_module_that_go_sum_does_not_know(build: Builds, sandbox: Path) -> None:
    source = 'package main\n\nimport "golang.org/x/text/width"\n\nvar word = width.Fold.String\n'
    (sandbox / "cmd" / "hello" / "word.go").write_text(source)
    with pytest.raises(UserError, match="does not build") as caught:
        build("hello")
    assert "golang.org/x/text" in caught.value.what
    assert not (sandbox / "go.sum").exists(), "a build never writes module files"


def test_an_unknown_program(build: Builds) -> None:
    with pytest.raises(UserError, match="called goodbye") as caught:
        build("hello", "goodbye")
    assert "hello" in str(caught.value.fix)
    assert build.said == "", "nothing is built before all names are known"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('package = "."\ntitle = "x"', "seconds"),
        ('package = "."\ntitle = "x"\nseconds = 1\nldflag = []', "ldflag"),
        ('package = "."\ntitle = "x"\nseconds = 1\nversion-of = "example.test/no"', "example.test/no"),
    ],
    ids=["a key lacks", "a key is misspelt", "an upstream that go.mod does not have"],
)
def test_a_bad_row(sandbox: Path, row: str, word: str) -> None:
    (sandbox / "binaries.toml").write_text(f"[bad]\n{row}\n")
    with pytest.raises(UserError, match=word) as caught:
        binaries.recipes(sandbox)
    assert str(sandbox) in str(caught.value.where)


def test_no_go(build: Builds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "ELSEWHERE", ())
    with pytest.raises(UserError, match="no 'go' command") as caught:
        build("hello")
    assert "Go 1.26 or later" in str(caught.value.fix)
    for other in ("microk8s", "multipass", "kubeconfig"):
        assert other in str(caught.value.fix)


def fake_go(folder: Path, script: str) -> Path:
    program = folder / "fake" / "go"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_go_that_sudo_dropped_from_the_path(
    build: Builds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go = fake_go(tmp_path, 'echo \'{"GOVERSION": "go1.30.1", "GOARCH": "s390x"}\'')
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(toolchain, "ELSEWHERE", ("/nonexistent/go", str(go)))
    found = toolchain.Toolchain.find(build.sandbox)
    assert found == toolchain.Toolchain(go, "go1.30.1", "s390x")


@pytest.mark.parametrize("version", ["go1.19.8", "go1.25.9", "go1.26rc1", "devel"])
def test_old_go(build: Builds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    (build.sandbox / "go.mod").write_text("module example.test/tiny\n\ngo 1.26.3\n")
    go = fake_go(tmp_path, f'echo \'{{"GOVERSION": "{version}", "GOARCH": "amd64"}}\'')
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    with pytest.raises(UserError, match=f"needs Go 1.26.3 or later, and this is {version}") as caught:
        build("hello")
    assert caught.value.where == str(go)


def test_go_that_does_not_start(build: Builds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    go = fake_go(tmp_path, "echo 'toolchain not available' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    with pytest.raises(UserError, match="toolchain not available"):
        build("hello")


ENSURE = """
import sys
from pathlib import Path
from walkthrough.progress import Progress
from guide.sandbox import binaries
with Progress(sys.stderr) as progress:
    print(binaries.ensure(["hello"], progress, sandbox=Path(sys.argv[1]))["hello"])
"""


@pytest.fixture
def start(sandbox: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start a process that ensures the program ``hello``."""
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", ENSURE, str(sandbox)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def slow_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a compiler on the path that notes its process ids and builds only when ``go-on`` exists."""
    script = f"""
[ "$1" = env ] && exec echo '{{"GOVERSION": "go1.99.0", "GOARCH": "amd64"}}'
sleep 600 &
trap 'kill $!; exit 1' TERM
echo $$ $! >> {tmp_path}/compilers
until [ -e {tmp_path}/go-on ]; do sleep 0.05; done
kill $!
while [ "$1" != -o ]; do shift; done
echo program > "$2"
"""
    go = fake_go(tmp_path, script)
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    return tmp_path / "compilers"


def is_gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_two_processes_build_it_once(
    start: Callable[[], subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers = slow_go(tmp_path, monkeypatch)
    one = start()
    until(compilers.exists)
    two = start()
    assert two.stderr is not None
    assert "Waiting for another process: building the greeter" in two.stderr.readline()
    (tmp_path / "go-on").touch()

    assert one.communicate(timeout=60)[0] == two.communicate(timeout=60)[0] != ""
    assert len(compilers.read_text().splitlines()) == 1


def test_ctrl_c_ends_the_compiler_and_leaves_nothing(
    start: Callable[[], subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    compilers = slow_go(tmp_path, monkeypatch)
    process = start()
    until(lambda: compilers.exists() and compilers.read_text().endswith("\n"))
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1]

    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    for pid in compilers.read_text().split():
        until(partial(is_gone, int(pid)))
    assert leftovers(cache) == []
    assert list((cache / "bin").glob("hello-*")) == []


def test_a_killed_build_ends_its_compiler_and_is_forgotten_by_the_next(
    start: Callable[[], subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    compilers = slow_go(tmp_path, monkeypatch)
    process = start()
    until(lambda: compilers.exists() and compilers.read_text().endswith("\n"))
    process.kill()
    process.communicate()
    for pid in compilers.read_text().split():
        until(partial(is_gone, int(pid)))
    (tmp_path / "go-on").touch()
    assert leftovers(cache) != []

    assert start().communicate(timeout=60)[0] != ""
    assert leftovers(cache) == []


def test_what_nobody_asks_for_goes_after_a_month(tmp_path: Path) -> None:
    def make(name: str, key: str) -> Path:
        with Progress(io.StringIO()) as progress:
            return make_once(tmp_path, name, key, lambda part: None, progress, title="making it")

    old, used, other = make("ctr", "0a"), make("ctr", "0b"), make("ctr-more", "0c")
    for path in (old, used, other):
        os.utime(path, (0, 0))
    make("ctr", "0b")
    make("ctr", "0d")

    assert not old.exists()
    assert used.exists(), "asked for since"
    assert other.exists(), "not of that name"


# --- programs that others have built ---


def test_a_program_that_others_have_built_is_taken_in_place_of_a_build(
    build: Builds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "theirs"
    asked: list[tuple[str, str, str, float]] = []

    def take(name: str, key: str, title: str, seconds: float, progress: Progress) -> Path:
        asked.append((name, key, title, seconds))
        return taken

    monkeypatch.setattr(programs, "take", take)
    monkeypatch.setattr(toolchain.Toolchain, "build", lambda *_: pytest.fail("it is compiled"))
    assert build("hello") == {"hello": taken}
    ((name, key, title, seconds),) = asked
    assert (name, title, seconds) == ("hello", "the greeter", 3.0)
    assert re.fullmatch(r"[0-9a-f]{16}", key)


def test_the_key_that_is_asked_for_is_that_of_what_is_built(
    build: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(programs, "take", lambda name, key, *_: asked.append(f"{name}-{key}"))
    assert build("hello")["hello"].parent.name == asked[0]


def test_without_a_network_it_is_built(build: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    monkeypatch.setenv(programs.VARIABLE, f"http://127.0.0.1:{port}")
    monkeypatch.setattr(programs, "_offers", {})
    monkeypatch.setattr(programs, "signers", lambda: [Ed25519PrivateKey.generate().public_key()])
    assert output_of(build("hello")["hello"]) == "bonjour world"
    assert "No programs are taken from" in build.said
    assert "Building the greeter: done" in build.said


def test_the_compiler_makes_nothing_that_the_linker_drops() -> None:
    """And the same flags hold for all but what runs seldom: what two programs share is compiled once."""
    compiled = [recipe for recipe in binaries.recipes().values() if isinstance(recipe, binaries.Recipe)]
    flags = {argument for recipe in compiled for argument in recipe.arguments() if "gcflags" in argument}
    assert flags == {"-gcflags=all=-dwarf=false", "-gcflags=all=-dwarf=false -l"}
    assert all(any("-s -w" in argument for argument in recipe.arguments()) for recipe in compiled)
