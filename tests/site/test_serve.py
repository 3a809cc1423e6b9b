"""The site while it is written: live reload, also of what pages include, and through mistakes."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.ports import unused_port
from tests.site.records import record, write
from tests.site.site_support import Site

DEADLINE = 120


def until(what: str, holds: Callable[[], bool]) -> None:
    """Wait for a condition, with a deadline that only a broken server reaches."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {DEADLINE} s")


@contextmanager
def serving(site: Site) -> Iterator[Callable[[str], str]]:
    """Serve a site as ``guide serve`` does; yields what reads one of its pages."""
    port = unused_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "--no-strict", "--livereload"]
    log = (site.root / "serve.log").open("w")
    server = subprocess.Popen(
        [*command, "--dev-addr", f"127.0.0.1:{port}"], cwd=site.root, stdout=log, stderr=log
    )

    def page(path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    try:
        until("the server answers", lambda: bool(page("/")))
        yield page
    finally:
        server.terminate()
        server.wait(120)
        log.close()


def test_what_a_page_stands_on_is_seen_at_once_in_both_languages(sample: Site) -> None:
    with serving(sample) as page:
        (sample.root / "snippets/wait.sh").write_text("echo changed-step\n", encoding="utf-8")
        until("the changed snippet", lambda: "changed-step" in page("/cluster/"))
        until("the changed snippet in English", lambda: "changed-step" in page("/en/cluster/"))
        write(sample, record(sample))
        until("the new proof", lambda: "Verifisert" in page("/cluster/"))


def test_a_mistake_is_told_and_does_not_stop_the_writing(sample: Site) -> None:
    with serving(sample) as page:
        home = sample.root / "docs/nb/index.md"
        text = home.read_text(encoding="utf-8")
        home.write_text(text.replace("title: Forside", "title: a: b"), encoding="utf-8")
        told = sample.root / "serve.log"
        until("the mistake", lambda: "docs/nb/index.md:2" in told.read_text(encoding="utf-8"))
        home.write_text(text.replace("øvelse", "fixed-word"), encoding="utf-8")
        until("the fixed page", lambda: "fixed-word" in page("/"))
