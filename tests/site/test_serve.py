"""The site while it is written: live reload, also of what pages include, and through mistakes."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.ports import unused_port
from tests.site.records import record, write
from tests.site.site_support import Site
from tests.waiting import until


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
        until(lambda: bool(page("/")), "the server answers")
        yield page
    finally:
        server.terminate()
        server.wait(120)
        log.close()


def test_what_a_page_stands_on_is_seen_at_once_in_both_languages(sample: Site) -> None:
    with serving(sample) as page:
        (sample.root / "snippets/wait.sh").write_text("echo changed-step\n", encoding="utf-8")
        until(lambda: "changed-step" in page("/cluster/"), "the changed snippet")
        until(lambda: "changed-step" in page("/en/cluster/"), "the changed snippet in English")
        write(sample, record(sample))
        until(lambda: "Verifisert" in page("/cluster/"), "the new proof")


def test_a_mistake_is_told_and_does_not_stop_the_writing(sample: Site) -> None:
    with serving(sample) as page:
        home = sample.root / "docs/nb/index.md"
        text = home.read_text(encoding="utf-8")
        home.write_text(text.replace("title: Forside", "title: a: b"), encoding="utf-8")
        told = sample.root / "serve.log"
        until(lambda: "docs/nb/index.md:2" in told.read_text(encoding="utf-8"), "the mistake")
        home.write_text(text.replace("øvelse", "fixed-word"), encoding="utf-8")
        until(lambda: "fixed-word" in page("/"), "the fixed page")
