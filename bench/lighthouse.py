"""Lighthouse on every page of the guide, on a phone and on a desk: the least of each score.

    python -m bench.lighthouse [PAGE…]

Needs node and npm; installs what ``bench/lighthouse/package-lock.json`` holds into the cache. It is no test:
the scores for performance move with what else the machine does, and the host here does not compress.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.site.site_support import CHROMIUM, Site, serve

from bench.figures import machine
from guide.paths import ROOT, cache_dir
from guide.project import Project

HERE = Path(__file__).parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
DEVICES = ("mobile", "desktop")


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
        subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": CHROMIUM}, capture_output=True)
        found = json.loads(Path(report.name).read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="such as cluster; all by default")
    wanted = parser.parse_args().pages or [page.removesuffix(".md") for page in Project(ROOT).nav]
    print(machine())
    lighthouse = installed()
    least: dict[tuple[str, str], int] = {}
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as output:
        site = Site(ROOT, Path(output))
        if problems := site.build():
            sys.exit("\n".join(problems))
        with serve(site) as origin:
            for page in wanted:
                for folder in ("", "en/"):
                    path = f"{folder}{'' if page == 'index' else f'{page}/'}"
                    for device in DEVICES:
                        found = scores(lighthouse, f"{origin}/{path}", device)
                        print(f"/{path} {device}: {' '.join(map(str, found.values()))}", flush=True)
                        for name, score in found.items():
                            least[device, name] = min(score, least.get((device, name), 100))
    for device in DEVICES:
        print(f"least, {device}: {', '.join(f'{name} {least[device, name]}' for name in CATEGORIES)}")


if __name__ == "__main__":
    main()
