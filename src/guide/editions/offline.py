"""The site as an archive that works from a disk, its search included.

A browser lets a page from a disk neither fetch a file nor start a worker from one. So the index and the
worker's script come as scripts of the page, and the worker is started from what the page then holds.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from guide.editions.building import built
from guide.site import search
from guide.site.texts import LOCALES
from walkthrough import whole
from walkthrough.project import Project

#: What the theme loads in place of its index, and what stands before the theme's own script.
INDEX, START = "search/search_index.js", "search/offline.js"
_BUNDLE = '<script src="'
#: Nothing in a page from a disk asks for these.
_LEFT_OUT = (".map", ".gz", "sitemap.xml", "404.html")
_EPOCH = (1980, 1, 1, 0, 0, 0)

_WORKER = """const workerSource = %s
// A worker may not be started from a file; from the page's own words it may.
if (location.protocol === "file:")
  window.Worker = class extends Worker {
    constructor() {
      super(URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" })))
    }
  }
"""


def archive(project: Project, target: Path) -> int:
    """Write the archive; the number of files in it. The same site gives the same bytes.

    :param target: the zip file; its folder in the archive has the same name.
    :raises UserError: the site does not build, or the file cannot be written, which is said first.
    """
    whole.ask(target)
    with built(project) as site:
        for locale in LOCALES:
            _carry_search(site / search.folder(locale))
        for page in site.rglob("*.html"):
            page.write_text(_start_search(page, site), encoding="utf-8")
        files = sorted(
            path for path in site.rglob("*") if path.is_file() and not path.name.endswith(_LEFT_OUT)
        )
        with (
            whole.replacing(target) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for path in files:
                entry = zipfile.ZipInfo(f"{target.stem}/{path.relative_to(site).as_posix()}", _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    return len(files)


def _carry_search(folder: Path) -> None:
    """Turn one language's index and worker into scripts of a page."""
    index = (folder / search.INDEX).read_text(encoding="utf-8")
    (folder / INDEX).write_text(f"var __index = {index}\n", encoding="utf-8")
    source = "".join((folder / name).read_text(encoding="utf-8") for name in (search.WORKER, search.ENGINE))
    (folder / START).write_text(_WORKER % json.dumps(source), encoding="utf-8")
    for name in (search.INDEX, search.STUB, search.WORKER, search.ENGINE):
        (folder / name).unlink()


def _start_search(page: Path, site: Path) -> str:
    html = page.read_text(encoding="utf-8")
    relative = page.relative_to(site)
    folder = site / relative.parts[0] if relative.parts[0] in LOCALES else site
    up = "../" * (len(page.relative_to(folder).parts) - 1)
    return html.replace(_BUNDLE, f'{_BUNDLE}{up}{START}"></script>\n{_BUNDLE}', 1)
