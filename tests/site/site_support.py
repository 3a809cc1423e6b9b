"""A small site with the guide's own settings, to build, break, serve and look at."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from playwright.sync_api import Browser, Page, Request, expect

from guide.paths import ROOT
from guide.site.strict import MessageRecorder

SAMPLE = Path(__file__).parent / "sample"
PAGES = ("index.md", "cluster.md", "proof.md")
#: What the guide's own site shares with every copy of it.
SHARED = ("src", "docs-dev")
#: What each has of its own: nothing of what is published may be a link that leads out.
COPIED = ("theme", "docs/assets", "pictures")


@dataclass
class Site:
    """A folder with a ``mkdocs.yml``, and what came of building it."""

    root: Path
    output: Path

    def build(self) -> list[str]:
        """Build strictly; give back the warnings and errors, or an empty list."""
        said = MessageRecorder()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(said)
        try:
            build(load_config(config_file=str(self.root / "mkdocs.yml"), site_dir=str(self.output)))
        except Abort as stopped:
            said.messages.append(str(stopped))
        finally:
            logger.removeHandler(said)
        return said.messages

    def read(self, path: str) -> str:
        return (self.output / path).read_text(encoding="utf-8")


class _Loader(yaml.SafeLoader):
    """Reads ``mkdocs.yml`` and keeps the values that carry a tag of MkDocs' own."""


class _Dumper(yaml.SafeDumper):
    """Writes them again."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: node)
for _kind in (yaml.ScalarNode, yaml.SequenceNode):
    _Dumper.add_representer(_kind, lambda dumper, node: node)


def read_config() -> dict[str, Any]:
    """The guide's own settings."""
    config: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    return config


def write_config(config: dict[str, Any], root: Path) -> None:
    """Write settings for a site at ``root``."""
    (root / "mkdocs.yml").write_text(
        yaml.dump(config, Dumper=_Dumper, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def make_sample(root: Path) -> Site:
    """Copy the sample to ``root``, with the guide's settings, theme and hooks."""
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    for shared in SHARED:
        (root / shared).parent.mkdir(parents=True, exist_ok=True)
        (root / shared).symlink_to(ROOT / shared)
    for copied in COPIED:
        shutil.copytree(ROOT / copied, root / copied)
    write_config(read_config() | {"nav": list(PAGES)}, root)
    return Site(root, root / "build/site")


QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Host(SimpleHTTPRequestHandler):
    """A static host that answers a missing address with the nearest ``404.html``, as hosts do."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        folder = "en" if self.path.startswith("/en/") else ""
        body = (Path(self.directory) / folder / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(site: Site, host: type[Host] = Host) -> Iterator[str]:
    """Serve a built site on loopback; yields its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(host, directory=str(site.output)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


#: Milliseconds after which a browser that has not answered never will, however busy the machine is.
HANGS = 300_000
expect.set_options(timeout=HANGS)


@dataclass
class Tab:
    """A browser tab that remembers what its pages asked for and said."""

    page: Page
    requests: list[str]
    said: list[str]


@contextmanager
def open_tab(browser: Browser, **options: Any) -> Iterator[Tab]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(HANGS)
    opened = Tab(context.new_page(), [], [])
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("console", lambda message: opened.said.append(message.text))
    opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.page.on("requestfailed", lambda request: opened.said.extend(_failure(request)))
    try:
        yield opened
    finally:
        context.close()


def _failure(request: Request) -> list[str]:
    # A reader who leaves a page while it loads has aborted what it asked for; nothing has failed.
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url} {request.failure}"]
