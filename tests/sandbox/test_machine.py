"""What a reader's shell finds on the embedded cluster's machine, and what it cannot reach from there."""

from __future__ import annotations

import http.server
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from guide.clusters import browser
from guide.sandbox import layout
from guide.sandbox.pki import Authority
from guide.sandbox.provider import Sandbox
from walkthrough.machine.base import Answer, Disposition
from walkthrough.machine.command import poll

from .support import ask, tell

pytestmark = pytest.mark.sandbox

CERT_MANAGER = "https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.yaml"


# --- the shell ---


def test_streams_and_exit_codes_pass_through(cluster: Sandbox) -> None:
    done = ask(cluster, "sh", "-c", "cat; echo problem >&2; exit 42", stdin="æøå\n")
    assert (done.returncode, done.stdout, done.stderr) == (42, "æøå\n", "problem\n")


def test_a_signal_ends_a_command_and_is_told(cluster: Sandbox) -> None:
    assert ask(cluster, "bash", "-c", "kill -TERM $$").returncode == -15


def test_the_reader_is_an_ordinary_user_in_a_fresh_home(cluster: Sandbox) -> None:
    assert tell(cluster, "id", "--user", "--name").strip() == layout.USER
    assert set(tell(cluster, "id", "--groups", "--name").split()) == {layout.USER, "sudo", "microk8s"}
    assert tell(cluster, "pwd").strip() == layout.HOME
    assert set(tell(cluster, "ls", "-A").split()) == {path.name for path in Path("/etc/skel").iterdir()}
    assert ask(cluster, "touch", "/etc/not-mine").returncode != 0
    assert tell(cluster, "hostname").strip() == layout.HOSTNAME


def test_nothing_of_the_callers_environment_comes_in(
    cluster: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "KUBECONFIG", "BASH_ENV"):
        monkeypatch.setenv(name, "/nowhere")
    assert "/nowhere" not in tell(cluster, "env")
    assert {line.partition("=")[0] for line in tell(cluster, "env").splitlines()} == set(layout.ENVIRONMENT)


def test_sudo_does_what_sudo_does(cluster: Sandbox) -> None:
    assert tell(cluster, "sudo", "id", "-u").strip() == "0"
    assert tell(cluster, "sudo", "-u", layout.USER, "id", "-un").strip() == layout.USER
    assert (
        tell(cluster, "sudo", "-n", "A=b c", "sh", "-c", 'echo "$A $HOME $SUDO_USER"') == "b c /root ubuntu\n"
    )
    # The caller's environment is dropped, unless told otherwise.
    assert tell(cluster, "env", "X=1", "sudo", "sh", "-c", 'echo "${X-unset}"') == "unset\n"
    assert tell(cluster, "env", "X=1", "sudo", "-E", "sh", "-c", 'echo "${X-unset}"') == "1\n"
    assert tell(cluster, "env", "X=1", "sudo", "--preserve-env=X", "sh", "-c", 'echo "${X-unset}"') == "1\n"
    assert tell(cluster, "sudo", "-i", "echo", "a  b", "$HOME") == "a  b $HOME\n"
    assert ask(cluster, "sudo", "sh", "-c", "cat; exit 7", stdin="in").returncode == 7
    missing = ask(cluster, "sudo", "no-such-command")
    assert (missing.returncode, missing.stderr) == (1, "sudo: no-such-command: command not found\n")


def test_other_stand_ins_say_what_they_are(cluster: Sandbox) -> None:
    for command in (["snap", "install", "x"], ["multipass", "list"], ["microk8s", "join", "x"]):
        done = ask(cluster, *command)
        assert done.returncode != 0
        assert "sandbox" in done.stderr


def test_kill_ends_what_a_step_left_running_also_as_root(cluster: Sandbox) -> None:
    for become in ([], ["sudo"]):
        script = "exec sleep 4711 > /dev/null 2>&1"
        command = ["env", "WALKTHROUGH_STEP=lingering", *become, "setsid", "--fork", "sh", "-c", script]
        assert ask(cluster, *command).returncode == 0
    assert poll(lambda: len(ask(cluster, "pgrep", "-x", "sleep").stdout.split()) == 2, timeout=300)
    cluster.kill("another step")
    assert len(ask(cluster, "pgrep", "-x", "sleep").stdout.split()) == 2
    cluster.kill("lingering")
    # What is dead is listed until the machine's first process has taken note of it.
    assert poll(lambda: ask(cluster, "pgrep", "-x", "sleep").stdout == "", timeout=300)


# --- its walls ---


def test_what_is_written_there_stays_there(cluster: Sandbox) -> None:
    before = Path("/etc/hosts").read_bytes()
    tell(
        cluster,
        "sudo",
        "sh",
        "-c",
        "echo 192.0.2.7 somewhere >> /etc/hosts; touch /etc/of-the-sandbox /usr/new",
    )
    assert "somewhere" in tell(cluster, "cat", "/etc/hosts")
    assert Path("/etc/hosts").read_bytes() == before
    assert not Path("/etc/of-the-sandbox").exists()
    assert not Path("/usr/new").exists()


def test_the_homes_of_this_machine_are_not_there(cluster: Sandbox) -> None:
    assert tell(cluster, "ls", "/home").split() == [layout.USER]
    for folder in (Path.home(), "/root", "/tmp", "/var/tmp"):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            assert ask(cluster, "sudo", "ls", file.name).returncode == 2


def test_the_kernels_settings_are_out_of_reach(cluster: Sandbox) -> None:
    before = Path("/proc/sys/kernel/panic").read_text()
    assert ask(cluster, "sudo", "sh", "-c", "echo 11 > /proc/sys/kernel/panic").returncode != 0
    assert Path("/proc/sys/kernel/panic").read_text() == before


def test_there_is_no_way_to_this_machine_or_beyond(cluster: Sandbox) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        own = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
        for address in {"127.0.0.1", layout.OUTSIDE_ADDRESS, "192.0.2.1", *own}:
            host = f"[{address}]" if ":" in address else address
            url = f"http://{host}:{server.server_port}/"
            assert ask(cluster, "curl", "-sS", "--max-time", "3", url).returncode != 0
    finally:
        server.shutdown()
    assert asked == []


def test_unknown_names_do_not_exist(cluster: Sandbox) -> None:
    done = ask(cluster, "curl", "-sS", "https://example.org/")
    assert done.returncode == 6, done.stderr
    assert "the host name example.org" in cluster.evidence()


# --- what is outside ---


def test_pinned_files_come_over_https_by_their_own_names(cluster: Sandbox) -> None:
    text = tell(cluster, "curl", "-sSL", "--fail", CERT_MANAGER)
    assert "kind: CustomResourceDefinition" in text
    head = tell(cluster, "curl", "-sSLI", CERT_MANAGER)
    assert f"content-length: {len(text.encode())}" in head.lower()
    # Also where the request is not for TLS yet, and in a program that is not curl.
    assert tell(cluster, "curl", "-sS", "--fail", "-L", CERT_MANAGER.replace("https", "http")) == text
    script = f"import urllib.request as u; print(len(u.urlopen('{CERT_MANAGER}').read()))"
    assert tell(cluster, "python3", "-c", script).strip() == str(len(text.encode()))


def test_what_is_not_pinned_is_refused_and_told(cluster: Sandbox) -> None:
    url = "https://raw.githubusercontent.com/nobody/nothing/main/file.yaml"
    done = ask(cluster, "curl", "-sS", "-w", "%{http_code}", url)
    assert done.stdout.endswith("404")
    assert "not pinned" in done.stdout
    assert f"{url}: it is not pinned" in cluster.evidence()


def test_the_readers_own_authority_is_the_only_one_that_is_added(cluster: Sandbox) -> None:
    make = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Test "
        "-keyout /dev/null -out test.crt && "
        "sudo install -m 644 test.crt /usr/local/share/ca-certificates/test.crt"
    )
    tell(cluster, "sh", "-c", make)
    assert "1 added, 0 removed; done." in tell(cluster, "sudo", "update-ca-certificates")
    tell(cluster, "openssl", "verify", "-CApath", "/etc/ssl/certs", "test.crt")
    tell(cluster, "curl", "-sSL", "--fail", "-o", "/dev/null", CERT_MANAGER)
    tell(cluster, "sudo", "rm", "/usr/local/share/ca-certificates/test.crt")
    tell(cluster, "sudo", "update-ca-certificates", "--fresh")
    assert ask(cluster, "openssl", "verify", "-CApath", "/etc/ssl/certs", "test.crt").returncode != 0
    tell(cluster, "curl", "-sSL", "--fail", "-o", "/dev/null", CERT_MANAGER)


# --- a browser ---

LOOK = """
import sys
from pathlib import Path
from guide.browsing import security, trusting_browser

authority = Path("authority.crt")
authority.write_text(sys.argv[1])
with trusting_browser(authority, names="github.com") as browser:
    print(security(browser.new_page(), "https://github.com/"))
"""


def test_a_browser_knows_the_names_and_trusts_one_authority_more(cluster: Sandbox) -> None:
    assert browser.answer(cluster) == Answer(Disposition.RUN)
    outside = tell(cluster, "cat", "/usr/local/share/ca-certificates/sandbox-outside.crt")
    trusted = ask(cluster, *cluster.python(), "-", outside, stdin=LOOK)
    assert (trusted.stdout, trusted.stderr) == ("secure\n", "")
    refused = ask(cluster, *cluster.python(), "-", Authority("another").pair.certificate_pem, stdin=LOOK)
    assert refused.returncode == 1
    assert "ERR_CERT_AUTHORITY_INVALID" in refused.stderr
    tell(cluster, "rm", "authority.crt")


def test_what_is_shown_of_the_harness_cannot_be_written_to(cluster: Sandbox) -> None:
    for folder in ("guide", "packages", "python"):
        refused = ask(cluster, "sudo", "touch", str(layout.HARNESS / folder / "x"))
        assert "Read-only file system" in refused.stderr
