"""Release files that readers fetch: made from a table, with checksums that hold, answered as GitHub does."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from guide.paths import MANIFESTS, cache_dir
from guide.sandbox import binaries, downloads
from guide.sandbox.answers import RELEASE_FILES, Answers, Published, hosts, publish
from guide.sandbox.outside import UNANSWERED, Handler, Outside
from guide.sandbox.provider import Sandbox
from walkthrough.errors import UserError
from walkthrough.progress import Progress

from .support import ask, tell

#: What the cluster of these tests is to have.
PRODUCTS = ("argocd", "hadolint", "popeye", "trivy")
RELEASE = "https://github.com/maker/packed/releases/download/v1.2"
PACKED = f"{RELEASE}/packed_linux_amd64.tar.gz"
PLAIN = "https://plain.test/2/plain-x86_64"

HEAD = 'guide = "a 1"\nruns = "a {tool} of ours"\nwhy = "a reason"\n'
TABLE = f"""
[[download]]
address = "{RELEASE}/packed_linux_{{arch}}.tar.gz"
product = "packed"
program = "tool"
member = "packed"
checksums = "sums.txt"
form = "text"
files = ["packed_linux_amd64.tar.gz", "packed_linux_arm64.tar.gz", "sums.txt"]
read = "maker/packed v1.2 release.yaml:1"
{HEAD}

[[download]]
address = "https://plain.test/2/plain-{{arch}}"
arch = {{amd64 = "x86_64"}}
product = "plain"
program = "other"
checksums = "plain-{{arch}}.sha256"
form = "binary"
files = ["plain-x86_64", "plain-arm64", "plain-x86_64.sha256", "plain-arm64.sha256"]
read = "maker/plain v2 release.yaml:1"
{HEAD}
"""


class Made:
    """Ensures downloads and remembers what was said meanwhile, and which programs were asked for."""

    def __init__(self, sandbox: Path, programs: dict[str, Path]) -> None:
        self.sandbox = sandbox
        self.programs = programs
        self.said = ""
        self.asked: list[str] = []

    def __call__(self, *products: str, machine: str = "x86_64") -> Answers:
        stream = io.StringIO()
        try:
            with Progress(stream) as progress:
                return downloads.ensure(frozenset(products), progress, sandbox=self.sandbox, machine=machine)
        finally:
            self.said = stream.getvalue()

    def build(self, names: list[str], progress: Progress, *, sandbox: Path) -> dict[str, Path]:
        self.asked += names
        return {name: self.programs[name] for name in names}


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sandbox = tmp_path / "sandbox"
    sandbox.mkdir()
    (sandbox / "downloads.toml").write_text(TABLE)
    programs = {}
    for name in ("tool", "other"):
        programs[name] = tmp_path / "bin" / f"{name}-00aa" / name
        programs[name].parent.mkdir(parents=True)
        programs[name].write_text(f"#!/bin/sh\necho {name}\n")
        programs[name].chmod(0o755)
    made = Made(sandbox, programs)
    monkeypatch.setattr(binaries, "ensure", made.build)
    return made


def fetched(answers: Answers, folder: Path, *urls: str) -> Path:
    """The folder with what a reader has fetched."""
    folder.mkdir(exist_ok=True)
    for url in urls:
        shutil.copy(answers.files[url], folder / url.rpartition("/")[2])
    return folder


def checked(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "--check", "--strict", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


# --- what is made ---


def test_an_archive_holds_the_program_under_its_releases_name(make: Made, tmp_path: Path) -> None:
    folder = fetched(make(), tmp_path / "reader", PACKED)
    subprocess.run(["tar", "-xzf", "packed_linux_amd64.tar.gz", "packed"], cwd=folder, check=True)
    assert subprocess.run([folder / "packed"], capture_output=True, text=True).stdout == "tool\n"


def test_a_plain_file_is_the_program_itself(make: Made) -> None:
    path = make().files[PLAIN]
    assert path.read_bytes() == make.programs["other"].read_bytes()
    assert path.samefile(make.programs["other"]), "it takes no more space"


def test_a_releases_checksums_hold_for_the_file_and_name_others(make: Made, tmp_path: Path) -> None:
    folder = fetched(make(), tmp_path / "reader", PACKED, f"{RELEASE}/sums.txt")
    ended = checked(folder, "--ignore-missing", "sums.txt")
    assert (ended.returncode, ended.stdout) == (0, "packed_linux_amd64.tar.gz: OK\n")
    # As with a real release, of which the reader has fetched one file.
    assert checked(folder, "sums.txt").returncode != 0
    assert downloads.NOTICE in (folder / "sums.txt").read_text()
    assert f"{RELEASE}/{downloads.NOTICE}" not in make().files, "no release has it"


def test_checksums_of_the_binary_form_hold(make: Made, tmp_path: Path) -> None:
    folder = fetched(make(), tmp_path / "reader", PLAIN, f"{PLAIN}.sha256")
    assert checked(folder, "--ignore-missing", "plain-x86_64.sha256").stdout == "plain-x86_64: OK\n"
    assert " *plain-x86_64" in (folder / "plain-x86_64.sha256").read_text()


@pytest.mark.parametrize("name", ["packed_linux_amd64.tar.gz", "plain-x86_64"])
def test_a_file_that_was_changed_on_the_way_is_noticed(make: Made, tmp_path: Path, name: str) -> None:
    answers = make()
    folder = fetched(answers, tmp_path / "reader", *answers.files)
    with (folder / name).open("ab") as file:
        file.write(b"x")
    sums = {"packed_linux_amd64.tar.gz": "sums.txt", "plain-x86_64": "plain-x86_64.sha256"}[name]
    ended = checked(folder, "--ignore-missing", sums)
    assert ended.returncode != 0
    assert f"{name}: FAILED" in ended.stdout


def test_the_bytes_depend_on_the_program_alone(make: Made) -> None:
    first = make().files[PACKED].read_bytes()
    shutil.rmtree(cache_dir())
    os.utime(make.programs["tool"], (0, 0))
    assert make().files[PACKED].read_bytes() == first
    with tarfile.open(fileobj=io.BytesIO(first)) as archive:
        assert [(one.name, one.mode, one.uid, one.mtime) for one in archive] == [("packed", 0o755, 0, 0)]


def test_the_second_time_nothing_is_made(make: Made) -> None:
    first = make()
    assert "Packing packed_linux_amd64.tar.gz: done" in make.said
    assert make() == first
    assert make.said == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.programs.update(tool=made.programs["tool"].parent.rename(
            made.programs["tool"].parent.with_name("tool-00bb")) / "tool"),
        lambda made: (made.sandbox / "downloads.toml").write_text(TABLE.replace("v1.2", "v1.3")),
        lambda made: (made.sandbox / "downloads.toml").write_text(TABLE.replace('"packed"', '"pack"')),
    ],
    ids=["another program", "another version", "another name in the archive"],
)  # fmt: skip
def test_a_change_makes_it_anew(make: Made, change: Callable[[Made], object]) -> None:
    first = set(make().files.values())
    change(make)
    assert not first >= set(make().files.values())


# --- for whom ---


@pytest.mark.parametrize(
    ("machine", "packed", "plain"),
    [("x86_64", "amd64", "x86_64"), ("aarch64", "arm64", "arm64")],
)
def test_a_machine_gets_its_own_processors_files(make: Made, machine: str, packed: str, plain: str) -> None:
    answers = make(machine=machine)
    assert set(answers.files) == {
        f"{RELEASE}/packed_linux_{packed}.tar.gz",
        f"{RELEASE}/sums.txt",
        f"https://plain.test/2/plain-{plain}",
        f"https://plain.test/2/plain-{plain}.sha256",
    }
    assert len(answers.absent) == 3
    assert {why for why in answers.absent.values() if "processor like its own" in why} == {
        "the sandbox has tool for a processor like its own only",
        "the sandbox has other for a processor like its own only",
    }


def test_a_processor_that_no_release_is_for_has_none_of_them(make: Made) -> None:
    answers = make(machine="riscv64")
    assert answers.files == {}
    assert {PACKED, PLAIN, f"{RELEASE}/sums.txt"} <= set(answers.absent)
    assert make.asked == []


def test_products_choose(make: Made) -> None:
    answers = make("plain", "something else")
    assert set(answers.files) == {PLAIN, f"{PLAIN}.sha256"}
    assert make.asked == ["other"], "nothing is built that no page needs"
    assert answers.absent[PACKED] == "no page that has begun names packed among its products"


def test_replacements_are_those_of_the_products(make: Made) -> None:
    (make.sandbox / "go.mod").write_text("module x\n\ngo 1.26\n\nrequire example.test/up v1.2.3\n")
    row = 'package = "."\ntitle = "a tool"\nseconds = 1\nversion-of = "example.test/up"\n'
    (make.sandbox / "binaries.toml").write_text(f"[tool]\n{row}")
    rows = downloads.replacements(frozenset({"packed"}), sandbox=make.sandbox)
    assert [(row.guide, row.runs, row.why) for row in rows] == [("a 1", "a 1.2.3 of ours", "a reason")]
    assert downloads.replacements(frozenset({"neither"}), sandbox=make.sandbox) == []


# --- a bad table ---


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('member = "packed"', 'members = "packed"', "the column members is unknown"),
        ('program = "other"', "", "it lacks program"),
        ('form = "binary"', 'form = "md5"', "form is md5; there are text and binary"),
        (
            '"plain-arm64.sha256"]',
            '"sums.sha256"]',
            "the release has no file plain-arm64.sha256; it has plain-x",
        ),
        (
            'files = ["plain-x86_64", ',
            "files = [",
            "the release has no file plain-x86_64; it has plain-arm64",
        ),
        ('read = "maker/plain v2 release.yaml:1"', "", "it lacks read"),
        ('member = "packed"', "", "has a member, and only an archive"),
        ('program = "other"', 'program = "other"\nmember = "x"', "has a member, and only an archive"),
        ("https://plain.test", "http://plain.test", "does not begin with https://"),
        ("amd64 =", "x64 =", "arch names x64; there are amd64 and arm64"),
        ('arch = {amd64 = "x86_64"}', 'arch = "x86_64"', "arch is a str"),
        ('checksums = "sums.txt"', "checksums = 7", "checksums is a int"),
        ("https://plain.test/2/plain-{arch}", f"{RELEASE}/packed_linux_{{arch}}.tar.gz", "member"),
    ],
)
def test_a_bad_row(make: Made, old: str, new: str, words: str) -> None:
    assert TABLE.count(old) == 1
    (make.sandbox / "downloads.toml").write_text(TABLE.replace(old, new))
    with pytest.raises(UserError) as caught:
        make()
    assert words in caught.value.what
    assert str(make.sandbox) in str(caught.value.where)


def test_an_address_that_is_there_twice(make: Made) -> None:
    (make.sandbox / "downloads.toml").write_text(TABLE + TABLE)
    with pytest.raises(UserError, match="is there twice"):
        make()


def test_a_program_that_cannot_be_had_leaves_nothing(make: Made) -> None:
    make.programs["tool"].unlink()
    with pytest.raises(FileNotFoundError):
        make("packed")
    assert list((cache_dir() / "downloads").glob("tool-*")) == []
    assert list((cache_dir() / "downloads").glob("*.part")) == []


# --- how it is answered ---


@pytest.fixture
def server(make: Made, tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """What is outside the machine, without its TLS."""
    answers = make("packed").also(Answers({"https://up.test/a.yaml": Path(__file__)}, {}))
    assert hosts(answers) == ["github.com", "plain.test", RELEASE_FILES, "up.test"]
    published = tmp_path / "answers.json"
    publish(answers, published)
    outside = Outside(
        folder=str(tmp_path),
        logs=str(tmp_path),
        answers=str(published),
        hosts=hosts(answers),
        images="",
        registry="",
        coredns="",
    )
    running = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, outside, Published(Path(outside.answers)), True)
    )
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def get(server: ThreadingHTTPServer, url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    _, _, host, path = url.split("/", 3)
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request(method, f"/{path}", headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_a_release_file_is_where_github_sends_its_clients(server: ThreadingHTTPServer, make: Made) -> None:
    status, headers, body = get(server, PACKED)
    assert (status, body) == (302, b""), "a step without --location gets nothing, as on the internet"
    assert headers["location"].startswith(f"https://{RELEASE_FILES}/")
    status, headers, body = get(server, headers["location"])
    assert (status, headers["content-type"]) == (200, "application/octet-stream")
    assert body == make("packed").files[PACKED].read_bytes()


def test_what_is_made_while_it_serves_is_there_from_then_on(
    server: ThreadingHTTPServer, make: Made, tmp_path: Path
) -> None:
    status, _, body = get(server, f"{PLAIN}")
    assert status == 404
    assert b"no page that has begun names plain among its products" in body
    publish(make("packed", "plain"), tmp_path / "answers.json")
    assert get(server, f"{PLAIN}")[::2] == (200, make("plain").files[PLAIN].read_bytes())
    assert get(server, "https://up.test/a.yaml")[0] == 404, "and what is there no more is not"


def test_a_head_has_the_length_and_no_body(server: ThreadingHTTPServer, make: Made) -> None:
    url = f"https://{RELEASE_FILES}{PACKED.removeprefix('https://github.com')}"
    status, headers, body = get(server, url, "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(make("packed").files[PACKED].stat().st_size)


def test_other_files_are_answered_at_once(server: ThreadingHTTPServer) -> None:
    status, headers, body = get(server, "https://up.test/a.yaml?x=y")
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert body == Path(__file__).read_bytes()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (PLAIN, "no page that has begun names plain"),
        (PACKED.replace("amd64", "arm64"), "a processor like its own only"),
        (PACKED.replace("v1.2", "v1.1"), "sandbox/downloads.toml does not have it"),
        (f"https://{RELEASE_FILES}/maker/packed/releases/download/v1.1/x", "does not have it"),
    ],
)
def test_what_is_not_there_is_refused_and_told(
    server: ThreadingHTTPServer, tmp_path: Path, url: str, why: str
) -> None:
    status, _, body = get(server, url)
    assert status == 404
    assert why in body.decode()
    assert why in (tmp_path / UNANSWERED).read_text()


# --- the project's own table ---

VERSIONS = yaml.safe_load((MANIFESTS / "versions.yaml").read_text(encoding="utf-8"))


def test_every_download_is_of_the_pinned_version_and_explained() -> None:
    rows = downloads.table()
    for row in rows:
        version = str(VERSIONS[row.product]["version"]).removeprefix("v")
        assert f"/v{version}/" in row.address
        assert version in row.guide
        # Where the release's files were read: at this version, or at the nearest that could be had.
        assert re.match(rf"[\w.-]+/[\w.-]+ v{re.escape(version.rpartition('.')[0])}\.\d+ \S+:\d+", row.read)
    told = downloads.replacements(frozenset())
    assert len(told) == len(rows)
    assert all("{" not in row.runs for row in told)


def test_every_download_tells_the_version_that_runs() -> None:
    built = binaries.recipes()
    for row in downloads.table():
        assert built[row.program].version
        assert f"{{{row.program}}}" in row.runs


# --- on a cluster's machine ---


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("product", "version"),
    [
        ("argocd", "version --client --short"),
        ("popeye", "version"),
        ("hadolint", "--version"),
        ("trivy", "--version"),
    ],
)
def test_a_reader_fetches_checks_and_runs_a_program(cluster: Sandbox, product: str, version: str) -> None:
    row = next(row for row in downloads.table() if row.product == product)
    asset, checksums = row.addresses(downloads.PROCESSORS[os.uname().machine])
    name = asset.rpartition("/")[2]
    folder = tell(cluster, "mktemp", "--directory").strip()

    def run(*command: str) -> str:
        return tell(cluster, "env", f"--chdir={folder}", *command)

    run("curl", "-fsSL", "--remote-name-all", asset, checksums)
    told = run("sha256sum", "--check", "--ignore-missing", checksums.rpartition("/")[2])
    assert told == f"{name}: OK\n"
    if row.member:
        run("tar", "-xzf", name, row.member)
    else:
        run("chmod", "+x", name)
    assert str(VERSIONS[product]["version"]).removeprefix("v") in run(
        f"./{row.member or name}", *version.split()
    )


@pytest.mark.sandbox
def test_who_does_not_follow_gets_nothing(cluster: Sandbox) -> None:
    row = downloads.table()[0]
    asset, _ = row.addresses(downloads.PROCESSORS[os.uname().machine])
    done = ask(cluster, "curl", "-sS", "--write-out", "%{http_code} %{size_download}", asset)
    assert done.stdout == "302 0"


@pytest.mark.sandbox
def test_replacements_of_downloads_are_in_the_proof(cluster: Sandbox) -> None:
    told = json.dumps([row.guide for row in cluster.replacements()])
    for row in downloads.table():
        assert (row.guide in told) == (row.product in cluster.options.products)
