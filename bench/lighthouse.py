"""Lighthouse on every page of the guide, on a phone and on a desk: the least of each score.

    python -m bench.lighthouse [--times 1] [PAGE…]

Needs node and npm; installs what ``bench/lighthouse/package-lock.json`` holds into the cache. It is no test:
the scores for performance move with what else the machine does. The host compresses and keeps a connection,
as the hosts of static sites do.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tests.site.site_support import Host, Site, serve

from bench.figures import machine, parser
from guide import chromium
from guide.paths import ROOT, cache_dir
from walkthrough.project import Project

HERE = Path(__file__).parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
DEVICES = ("mobile", "desktop")
#: What is worth compressing, by the end of its name.
_TEXT = (".css", ".html", ".js", ".json", ".svg")


class StaticHost(Host):
    """A host that compresses, and keeps a connection for what a page asks for next."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in _TEXT or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)


def installed() -> Path:
    """Lighthouse's own command line, installed by its lock."""
    folder = cache_dir() / "lighthouse"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder / name)
    subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)
    return folder / "node_modules/lighthouse/cli/index.js"


def scores(lighthouse: Path, address: str, device: str) -> dict[str, int]:
    """One page on one device."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [
            "node",
            str(lighthouse),
            address,
            "--quiet",
            "--output=json",
            f"--output-path={report.name}",
        ]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        command += ["--preset=desktop"] if device == "desktop" else []
        environment = os.environ | {"CHROME_PATH": str(chromium.find())}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        found = json.loads(Path(report.name).read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("pages", nargs="*", metavar="PAGE", help="such as cluster; all by default")
    command_line.add_argument("--times", type=int, default=1, help="runs of each page; the median counts")
    options = command_line.parse_args()
    wanted = options.pages or [page.removesuffix(".md") for page in Project(ROOT).nav]
    print(machine())
    lighthouse = installed()
    least: dict[tuple[str, str], int] = {}
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as output:
        site = Site(ROOT, Path(output))
        if problems := site.build():
            sys.exit("\n".join(problems))
        with serve(site, StaticHost) as origin:
            for page in wanted:
                for folder in ("", "en/"):
                    path = f"{folder}{'' if page == 'index' else f'{page}/'}"
                    for device in DEVICES:
                        runs = [scores(lighthouse, f"{origin}/{path}", device) for _ in range(options.times)]
                        found = {
                            name: round(statistics.median(run[name] for run in runs)) for name in CATEGORIES
                        }
                        print(f"/{path} {device}: {' '.join(map(str, found.values()))}", flush=True)
                        for name, score in found.items():
                            least[device, name] = min(score, least.get((device, name), 100))
    for device in DEVICES:
        print(f"least, {device}: {', '.join(f'{name} {least[device, name]}' for name in CATEGORIES)}")


if __name__ == "__main__":
    main()
