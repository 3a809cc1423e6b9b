"""Other people's manifests: named with address and sum, held against the pins, fetched by the reader."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from guide import upstream
from guide.manifests.vendored import SUMS, vendored_errors
from guide.paths import MANIFESTS, SNIPPETS

URL = "https://example.org/v1/install.yaml"
SUM = "a" * 64
LINES = f"# {URL}\n{SUM}  install.yaml\n"


def written(folder: Path, text: str) -> Path:
    sums = folder / "app" / "upstream" / SUMS
    sums.parent.mkdir(parents=True)
    sums.write_text(text)
    return sums


def found(sums: Path, pins: dict[str, str]) -> list[str]:
    root = f"{sums.parent.parent.parent}/"
    return [f"{(one.where or '').removeprefix(root)} {one.what}" for one in vendored_errors(sums, pins)]


def test_the_guides_own_sums_are_those_of_the_lock() -> None:
    files = sorted(MANIFESTS.rglob(SUMS))
    assert len(files) == 3
    for sums in files:
        assert [str(error) for error in vendored_errors(sums, upstream.lock())] == []


def test_what_the_pins_say_passes(tmp_path: Path) -> None:
    assert found(written(tmp_path, LINES), {URL: SUM}) == []


@pytest.mark.parametrize(
    ("text", "pins", "finding"),
    [
        (LINES, {}, f"app/upstream/SHA256SUMS:2 {URL} is not pinned"),
        (LINES, {URL: "b" * 64}, f"app/upstream/SHA256SUMS:2 {URL} is pinned with another sum"),
        (f"{SUM}  install.yaml\n", {URL: SUM}, "app/upstream/SHA256SUMS:1 a sum follows the address"),
        (LINES.replace("  install", "  other"), {URL: SUM}, "app/upstream/SHA256SUMS:2 a sum follows"),
        (LINES.replace("  install", " install"), {URL: SUM}, "app/upstream/SHA256SUMS:2 a sum follows"),
    ],
    ids=["not pinned", "pinned otherwise", "no address", "another name", "a space is missing"],
)
def test_what_is_wrong_is_named_at_its_line(
    tmp_path: Path, text: str, pins: dict[str, str], finding: str
) -> None:
    (error,) = found(written(tmp_path, text), pins)
    assert error.startswith(finding)


def test_the_file_itself_does_not_belong_here(tmp_path: Path) -> None:
    sums = written(tmp_path, LINES)
    (sums.parent / "install.yaml").write_text("kind: List\n")
    (error,) = found(sums, {URL: SUM})
    assert error.startswith("app/upstream/install.yaml a file of somebody else is the reader's")


class Reader:
    """A home with one folder of sums, a stand-in for curl, and the step that defines ``vendor``."""

    def __init__(self, root: Path, shell: str) -> None:
        self.root = root
        self.shell = shell
        self.folder = root / "platform" / "app" / "upstream"
        self.folder.mkdir(parents=True)
        (root / "tmp").mkdir()
        self.answers("good\n")
        self.sums("good\n")

    def answers(self, body: str) -> None:
        """What is behind every address; nothing at all where it is empty."""
        curl = self.root / "bin" / "curl"
        curl.parent.mkdir(exist_ok=True)
        # It is called as curl -fsSL --remote-name-all ADDRESS.
        curl.write_text(f'#!/bin/sh\n[ -n "{body}" ] || exit 22\nprintf "{body}" > "${{3##*/}}"\n')
        curl.chmod(0o755)

    def sums(self, body: str) -> None:
        digest = hashlib.sha256(body.encode()).hexdigest()
        (self.folder / SUMS).write_text(f"# {URL}\n{digest}  install.yaml\n")

    def vendor(self) -> subprocess.CompletedProcess[str]:
        text = (SNIPPETS / "certificates" / "vendor.sh").read_text(encoding="utf-8")
        script = "keep() { :; }\n" + text.replace("vendor cert-manager", "vendor app")
        environment = {
            "HOME": str(self.root),
            "TMPDIR": str(self.root / "tmp"),
            "PATH": f"{self.root}/bin:/usr/bin:/bin",
        }
        return subprocess.run([self.shell, "-c", script], env=environment, capture_output=True, text=True)

    @property
    def kept(self) -> str | None:
        path = self.folder / "install.yaml"
        return path.read_text() if path.exists() else None


@pytest.fixture(params=["bash", "zsh"])
def reader(tmp_path: Path, request: pytest.FixtureRequest) -> Reader:
    return Reader(tmp_path, request.param)


def test_the_step_keeps_what_the_sum_says_also_a_second_time(reader: Reader) -> None:
    for _ in range(2):
        done = reader.vendor()
        assert (done.returncode, done.stdout) == (0, "install.yaml: OK\n"), done.stderr
    assert reader.kept == "good\n"


@pytest.mark.parametrize("answer", ["bad\n", ""], ids=["another file", "no answer"])
def test_the_step_lets_nothing_else_in(reader: Reader, answer: str) -> None:
    reader.answers(answer)
    assert reader.vendor().returncode != 0
    assert reader.kept is None


def test_the_step_leaves_a_good_file_where_the_next_one_is_not_what_was_meant(reader: Reader) -> None:
    reader.vendor()
    reader.answers("bad\n")
    assert reader.vendor().returncode != 0
    assert reader.kept == "good\n"
