"""Programs that others have built, from a server on loopback: taken where they verify, built where not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import platform
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from guide import download, programs
from guide.paths import ROOT, cache_dir
from tests.waiting import until
from walkthrough.progress import Progress

KEY = "0123456789abcdef"
OTHER = "fedcba9876543210"
PROGRAM = b"#!/bin/sh\necho hello\n" + os.urandom(200_000)
LIST = f"programs-{platform.machine()}.txt"


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


@dataclass
class Server:
    """Answers with what it has been given."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    #: Where it sends who asks for a file.
    moved: dict[str, str] = field(default_factory=dict)
    #: Files of which it says only the beginning, and then nothing until the test is over.
    stuck: set[str] = field(default_factory=set)
    #: Until when the list is held back.
    go: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def offer(self, key: Ed25519PrivateKey, rows: dict[str, bytes]) -> None:
        """Put packed programs there, and the list of them."""
        lines = [f"{hashlib.sha256(data).hexdigest()} {len(data)} {name}" for name, data in rows.items()]
        self.files |= {f"{name}.gz": data for name, data in rows.items()}
        self.sign(key, "\n".join([programs.HEAD.format(machine=platform.machine()), *lines, ""]))

    def sign(self, key: Ed25519PrivateKey, listed: str) -> None:
        self.files |= {LIST: listed.encode(), f"{LIST}.sig": key.sign(listed.encode())}


@pytest.fixture
def server() -> Iterator[Server]:
    known = Server()
    known.go.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            known.asked.append(name)
            if name == LIST:
                known.go.wait()
            if name in known.moved:
                self.send_response(302)
                self.send_header("Location", known.moved[name])
                self.end_headers()
                return
            if name not in known.files:
                self.send_error(404)
                return
            data = known.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if name in known.stuck:
                self.wfile.write(data[:100])
                known.over.wait()
            else:
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    known.address = f"http://127.0.0.1:{running.server_port}"
    yield known
    known.over.set()
    known.go.set()
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@dataclass
class Taking:
    """Asks for the program, and remembers what was said."""

    said: str = ""

    def __call__(self, key: str = KEY) -> Path | None:
        stream = io.StringIO()
        try:
            return programs.take("tool", key, "the tool", 1.0, Progress(stream))
        finally:
            self.said += stream.getvalue()


@pytest.fixture
def take(
    server: Server, signer: Ed25519PrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Taking:
    signers = tmp_path / "signers"
    signers.write_text(f"# somebody\n{public(signer)}\n")
    monkeypatch.setattr(programs, "SIGNERS", signers)
    monkeypatch.setattr(programs, "_offers", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv(programs.VARIABLE, f"{server.address}/")
    server.offer(signer, {f"tool-{KEY}": gzip.compress(PROGRAM)})
    return Taking()


def refused(taking: Taking, *words: str, key: str = KEY) -> None:
    """It is to be built, that was said with these words in one line, and nothing is left of it."""
    assert taking(key) is None
    for word in words:
        assert word in taking.said
    assert not list((cache_dir() / "taken").glob("[!.]*"))
    assert not list((cache_dir() / "taken").glob(".*.part"))


def test_a_program_that_verifies_is_taken(take: Taking, server: Server) -> None:
    program = take()

    assert program == cache_dir() / "taken" / f"tool-{KEY}" / "tool"
    assert program.read_bytes() == PROGRAM
    assert program.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in program.parent.iterdir()] == ["tool"]
    assert "Fetching the tool: done" in take.said
    assert server.asked == [LIST, f"{LIST}.sig", f"tool-{KEY}.gz"]


def test_it_is_taken_once_and_then_needs_no_network(take: Taking, server: Server) -> None:
    first = take()
    programs._offers.clear()
    server.files.clear()
    assert take() == first
    assert len(server.asked) == 3


def test_who_asks_second_waits_for_the_list_as_well(take: Taking, server: Server) -> None:
    found: list[Path | None] = []
    askers = [threading.Thread(target=lambda: found.append(take())) for _ in range(2)]
    server.go.clear()
    askers[0].start()
    until(lambda: server.asked)
    askers[1].start()
    # Without waiting it would be back by now, with nothing.
    askers[1].join(0.2)
    server.go.set()
    for asker in askers:
        asker.join()
    assert found == [cache_dir() / "taken" / f"tool-{KEY}" / "tool"] * 2
    assert server.asked.count(LIST) == 1


def test_what_was_built_here_is_not_fetched(take: Taking, server: Server) -> None:
    (cache_dir() / "bin" / f"tool-{KEY}").mkdir(parents=True)
    assert take() is None
    assert server.asked == []


def test_nothing_is_asked_of_anybody_unless_an_address_is_known(
    take: Taking, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(programs.VARIABLE)
    refused(take)
    assert (take.said, server.asked) == ("", [])


def test_building_takes_nothing_not_even_what_is_here(take: Taking, server: Server) -> None:
    assert take() is not None
    server.asked.clear()
    programs.never()
    assert take() is None
    assert server.asked == []


def test_one_that_is_not_in_the_list_is_built(take: Taking, server: Server) -> None:
    refused(take, f"the tool is not at {server.address} as it is here", key=OTHER)
    assert f"tool-{OTHER}.gz" not in server.asked


def test_one_byte_that_is_another_is_refused(take: Taking, server: Server) -> None:
    packed = bytearray(server.files[f"tool-{KEY}.gz"])
    packed[5000] ^= 1
    server.files[f"tool-{KEY}.gz"] = bytes(packed)
    refused(take, "the tool is not taken", "its SHA-256 is", "the signed list says")
    # And the server is asked for nothing more.
    server.asked.clear()
    refused(take)
    assert server.asked == []


def test_another_program_in_its_place_is_refused(
    take: Taking, server: Server, signer: Ed25519PrivateKey
) -> None:
    other = gzip.compress(PROGRAM[::-1])
    server.offer(signer, {f"tool-{KEY}": gzip.compress(PROGRAM), f"tool-{OTHER}": other})
    server.files[f"tool-{KEY}.gz"] = other
    refused(take, "the tool is not taken")


def test_a_file_that_is_cut_short_is_refused(take: Taking, server: Server) -> None:
    server.files[f"tool-{KEY}.gz"] = server.files[f"tool-{KEY}.gz"][:1000]
    refused(take, f"tool-{KEY}.gz is cut short: 1000 of")


def test_a_file_that_is_longer_is_refused(take: Taking, server: Server) -> None:
    server.files[f"tool-{KEY}.gz"] += b"x"
    refused(take, "is longer than it may be")


def test_a_file_that_is_not_there_is_refused(take: Taking, server: Server) -> None:
    del server.files[f"tool-{KEY}.gz"]
    refused(take, f"tool-{KEY}.gz: the server answers 404")


def test_a_signed_file_that_is_no_archive_is_refused(
    take: Taking, server: Server, signer: Ed25519PrivateKey
) -> None:
    server.offer(signer, {f"tool-{KEY}": b"no archive"})
    refused(take, "it cannot be unpacked")


def test_one_that_unpacks_without_end_is_refused(
    take: Taking, server: Server, signer: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "LARGEST", 2_000_000)
    server.offer(signer, {f"tool-{KEY}": gzip.compress(bytes(3_000_000))})
    refused(take, "it unpacks to more than a program may have")


def test_a_list_that_somebody_else_signed_is_refused_and_that_is_said_loudly(
    take: Taking, server: Server
) -> None:
    server.offer(Ed25519PrivateKey.generate(), {f"tool-{KEY}": gzip.compress(PROGRAM)})
    refused(take, "WARNING", "is not to be trusted", "signed by none of those who may sign it")
    assert f"tool-{KEY}.gz" not in server.asked
    # Once is enough, and all others are built as well.
    said = take.said
    refused(take, key=OTHER)
    assert take.said == said


def test_a_list_that_was_changed_after_it_was_signed_is_refused(take: Taking, server: Server) -> None:
    server.files[LIST] = server.files[LIST].replace(KEY.encode(), OTHER.encode())
    refused(take, "WARNING", key=OTHER)


def test_a_signature_of_another_length_is_refused(take: Taking, server: Server) -> None:
    server.files[f"{LIST}.sig"] = b""
    refused(take, "WARNING")


def test_a_list_that_nobody_signed_is_refused(take: Taking, server: Server) -> None:
    del server.files[f"{LIST}.sig"]
    refused(take, "No programs are taken", f"{LIST}.sig: the server answers 404")


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        ("gitops-guide programs 1 vax\n", "'gitops-guide programs 1 vax', which is none for"),
        ("some other text that was signed\n", "which is none for"),
        (f"{programs.HEAD.format(machine=platform.machine())}\nabc 1 ../tool\n", "a line that is none"),
        (f"{programs.HEAD.format(machine=platform.machine())}\n{'0' * 64} 1 ../a-{KEY}\n", "is none"),
    ],
    ids=["another machine", "no list", "no row", "a path"],
)
def test_a_signed_text_that_is_no_list_for_this_machine_is_refused(
    take: Taking, server: Server, signer: Ed25519PrivateKey, listed: str, why: str
) -> None:
    server.sign(signer, listed)
    refused(take, "No programs are taken", why)


def test_a_list_without_end_is_refused(take: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LONGEST", 50)
    refused(take, "is longer than it may be")


def test_where_nobody_may_sign_nothing_is_asked(take: Taking, server: Server) -> None:
    programs.SIGNERS.write_text("# nobody\n")
    refused(take, "nobody may sign programs yet, signers names no key")
    assert server.asked == []


def test_the_repositorys_own_file_names_only_keys() -> None:
    # An error otherwise; today there is none.
    programs.signers()


@pytest.mark.parametrize("line", ["ssh-ed25519 AAAA", "MCowBQYDK2VwAyEA", "", "MFkwEwYHKoZIzj0C"])
def test_a_line_that_is_no_key_is_named(take: Taking, line: str) -> None:
    programs.SIGNERS.write_text(f"\n{line or '-'}\n")
    refused(take, "line 2 of signers is no public key")


def test_a_server_that_says_nothing_more_is_given_up(
    take: Taking, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The list is here then, however long a busy machine takes for it.
    assert programs.take("other", KEY, "another", 60.0, Progress(io.StringIO())) is None
    monkeypatch.setattr(download, "SILENCE", 0.2)
    server.stuck = {f"tool-{KEY}.gz"}
    refused(take, f"tool-{KEY}.gz cannot be fetched", "timed out")


def test_a_file_that_comes_slower_than_it_is_built_is_given_up(
    take: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "AT_LEAST", -1.0)
    assert programs.take("tool", KEY, "the tool", -1.0, Progress(stream := io.StringIO())) is None
    assert "comes too slowly" in stream.getvalue()


def test_a_list_that_does_not_come_is_not_waited_for(
    take: Taking, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver, say, knows no deadline of ours; here the server is silent for longer."""
    monkeypatch.setattr(download, "PATIENCE", 0.2)
    server.stuck = {LIST}
    refused(take, "no list within")


def test_without_a_network_it_is_built_at_once(take: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = closed.server_port
    closed.server_close()
    monkeypatch.setenv(programs.VARIABLE, f"http://127.0.0.1:{port}")
    begun = time.monotonic()
    refused(take, "No programs are taken", "Connection refused")
    assert time.monotonic() - begun < download.PATIENCE


@pytest.mark.parametrize(
    ("elsewhere", "why"),
    [
        ("http://localhost:1/{}", "the server sends elsewhere, to http://localhost:1"),
        ("https://127.0.0.1/{}", "the server sends elsewhere, to https://127.0.0.1"),
        ("ftp://127.0.0.1/{}", "the server sends elsewhere, to ftp://127.0.0.1"),
        # Refused by the library itself.
        ("file:///etc/{}", "the server answers 302"),
    ],
)
def test_a_server_that_sends_elsewhere_is_not_followed(
    take: Taking, server: Server, elsewhere: str, why: str
) -> None:
    server.moved[f"tool-{KEY}.gz"] = elsewhere.format(f"tool-{KEY}.gz")
    refused(take, why)


def test_a_server_may_send_to_itself(take: Taking, server: Server) -> None:
    server.files["there.gz"] = server.files.pop(f"tool-{KEY}.gz")
    server.moved[f"tool-{KEY}.gz"] = f"{server.address}/there.gz"
    assert take() is not None


@pytest.mark.parametrize(
    "where",
    [
        *("http://example.test/programs", "file:///tmp", "programs", "ftp://127.0.0.1"),
        *("https://[", "https://a:99999999", "https://", "https://a b", "https://å", "https://a\udcff"),
    ],
)
def test_an_address_without_encryption_is_not_asked(
    take: Taking, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(programs.VARIABLE, where)
    refused(take, "is to begin with https://")


# --- what is published ---


def test_what_is_packed_is_what_is_taken(
    take: Taking, server: Server, signer: Ed25519PrivateKey, tmp_path: Path
) -> None:
    built = tmp_path / "built"
    built.write_bytes(PROGRAM)
    listed = programs.pack({f"tool-{KEY}": built}, tmp_path / "packed")
    again = programs.pack({f"tool-{KEY}": built}, tmp_path / "again")
    assert listed.read_bytes() == again.read_bytes()
    server.files = {path.name: path.read_bytes() for path in listed.parent.iterdir()}
    server.sign(signer, listed.read_text())
    program = take()
    assert program is not None
    assert program.read_bytes() == PROGRAM


def test_what_the_workflow_signs_is_what_is_taken(
    take: Taking, server: Server, signer: Ed25519PrivateKey, tmp_path: Path
) -> None:
    """Its own step, with a key for this test."""
    if platform.machine() != "x86_64" or shutil.which("openssl") is None:
        pytest.skip("the workflow builds for x86_64, and signs with openssl")
    folder = tmp_path / "programs-first"
    built = tmp_path / "built"
    built.write_bytes(PROGRAM)
    programs.pack({f"tool-{KEY}": built}, folder)
    workflow = yaml.safe_load((ROOT / ".github/workflows/programs.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["publish"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("id") == "sign")
    secret = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "RUNNER_TEMP": str(tmp_path), "PROGRAMS_KEY": secret},
        check=True,
    )
    server.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert take() is not None
