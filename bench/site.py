"""What the site costs to build, as ratios: two languages against one, live reload, and growth.

    python -m bench.site [--times 3] [--pages 500 2000]

The plain site is the same Norwegian pages in Material as it comes: one language, no hooks, no theme of ours.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.site.site_support import SHARED, read_config, write_config

from bench.figures import machine, parser, processor, timed, told
from guide.paths import ROOT
from guide.serving import command, free_port
from walkthrough.project import Project

#: How much more two languages may cost than one, and how many seconds a saved page may take to be seen.
LANGUAGES_GOAL, RELOAD_GOAL = 2.2, 2.0
_DEADLINE = 120


def build(root: Path) -> None:
    """One build, as a reader of the README starts it."""
    run = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(root / "build/site")]
    subprocess.run(
        run, cwd=root, check=True, stdin=subprocess.DEVNULL, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    )


def cost(root: Path) -> tuple[float, float]:
    """Seconds of one build, on the clock and of the processor."""
    before = processor()
    (seconds,) = timed(lambda: build(root), 1)
    return seconds, processor() - before


def checkout(root: Path) -> Path:
    """The guide's site in a folder of its own: its pages as files, all else as it is."""
    shutil.copytree(ROOT / "docs", root / "docs")
    for name in (*(shared for shared in SHARED if shared != "docs/assets"), "snippets", "manifests"):
        (root / name).symlink_to(ROOT / name)
    write_config(read_config(), root)
    return root


def plain(root: Path) -> Path:
    """The same pages in plain Material, one language."""
    shutil.copytree(ROOT / "docs/nb", root / "docs")
    shutil.copytree(ROOT / "docs/assets", root / "docs/assets")
    for name in ("snippets", "manifests"):
        (root / name).symlink_to(ROOT / name)
    config = read_config()
    bare: dict[str, Any] = {
        "site_name": "Plain",
        "nav": list(Project(ROOT).nav),
        "theme": {"name": "material", "language": "nb", "font": False},
        "plugins": ["search"],
        "markdown_extensions": config["markdown_extensions"],
    }
    write_config(bare, root)
    return root


def synthetic(root: Path, pages: int) -> Path:
    """A site of so many pages, half of them in each language, with the guide's own settings."""
    languages = Project(ROOT).languages
    names = [f"page-{number:04}.md" for number in range(pages // len(languages) - 1)]
    (root / "docs").mkdir()
    for name in (*SHARED, "snippets", "manifests"):
        (root / name).symlink_to(ROOT / name)
    for language in languages:
        folder = root / "docs" / language
        folder.mkdir()
        for name in ("index.md", *names):
            stem = name.removesuffix(".md")
            section = (
                f"## Part {{#part}}\n\nWords about {stem}. " + "A sentence as long as sentences are. " * 12
            )
            step = (
                f"\n\n```{{.bash .step #{stem}-go}}\necho {stem}\n```\n\n```{{.text .output}}\n{stem}\n```\n"
            )
            head = f"---\ntitle: {stem}\ndescription: Page {stem}.\n---\n\n# {stem}\n\n"
            (folder / name).write_text(head + section + step, encoding="utf-8")
    config = read_config()
    # In sections of fifty, as nobody lists two thousand pages in one menu.
    sections = [{f"Part {at // 50 + 1}": names[at : at + 50]} for at in range(0, len(names), 50)]
    write_config(config | {"nav": ["index.md", *sections]}, root)
    return root


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The site as ``guide serve`` shows it; yields its address."""
    port = free_port(8700)
    server = subprocess.Popen(
        command(port),
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        shown(f"{address}/", "<html")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def shown(address: str, words: str) -> None:
    """Wait until a page shows some words."""
    end = time.monotonic() + _DEADLINE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=_DEADLINE) as answer:
                if words in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{address} does not show {words!r} within {_DEADLINE} s")


def reload(root: Path, times: int) -> list[float]:
    """From saving one page to seeing it, in seconds."""
    page = root / "docs/nb/cluster.md"
    text = page.read_text(encoding="utf-8")
    numbers = iter(range(times))
    with serving(root) as address:

        def save() -> None:
            words = f"Saved for the {next(numbers)}th time"
            page.write_text(f"{text}\n{words}\n", encoding="utf-8")
            shown(f"{address}/cluster/", words)

        return timed(save, times)


def growth(sizes: Sequence[int], folder: Path) -> None:
    """Build synthetic sites of growing size."""
    costs: dict[int, float] = {}
    for pages in sizes:
        root = folder / f"synthetic-{pages}"
        root.mkdir()
        seconds, costs[pages] = cost(synthetic(root, pages))
        each = 1000 * costs[pages] / pages
        print(f"{pages} pages: {seconds:.1f} s; of the processor {costs[pages]:.1f} s, {each:.1f} ms a page")
    least, most = min(sizes), max(sizes)
    ratio = costs[most] / costs[least]
    print(f"{most / least:.1f} times the pages cost {ratio:.2f} times the processor's time")


def compare(ours: Path, theirs: Path, times: int) -> None:
    """Build both in turns, so that what else the machine does meets both."""
    sites = {"both languages": ours, "plain Material, one language": theirs}
    clock: dict[str, list[float]] = {name: [] for name in sites}
    work: dict[str, list[float]] = {name: [] for name in sites}
    for _ in range(times):
        for name, root in sites.items():
            seconds, processor = cost(root)
            clock[name].append(seconds)
            work[name].append(processor)
    for unit, measured in (("on the clock", clock), ("of the processor", work)):
        for name, series in measured.items():
            print(f"{name}, {unit}: {told(series)}")
        both, one = map(statistics.median, measured.values())
        print(f"ratio, {unit}: {both / one:.2f} (goal: at most {LANGUAGES_GOAL})")


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--times", type=int, default=3)
    command_line.add_argument("--pages", type=int, nargs="+", default=[500, 2000])
    options = command_line.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as name:
        folder = Path(name)
        for part in ("ours", "plain"):
            (folder / part).mkdir()
        ours, theirs = checkout(folder / "ours"), plain(folder / "plain")
        compare(ours, theirs, options.times)
        seen = reload(ours, options.times)
        print(f"live reload of one page: {told(seen)} (goal: under {RELOAD_GOAL} s)")
        growth(options.pages, folder)


if __name__ == "__main__":
    main()
