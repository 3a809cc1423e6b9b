"""How many forms of the guide's words the search answers, with the theme's own worker and with the guide's.

    python -m bench.search

A form is answered when it finds every page of the guide on which the word stands in any of its forms.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, sync_playwright
from tests.site.site_support import QUIET, Site, open_tab, serve

from guide import chromium
from guide.paths import ROOT
from guide.site import search

Worker = Literal["theme", "guide"]

#: Words in the forms that a reader may type.
FORMS = {
    "": (
        "sertifikat sertifikatet sertifikater sertifikatene sertifikatets",
        "kluster klusteret klustre klustrene",
        "node noden noder nodene",
        "pod poden poder podene",
        "hemmelighet hemmeligheten hemmeligheter hemmelighetene",
        "navnerom navnerommet navnerommene",
        "nøkkel nøkkelen nøkler nøklene",
        "hendelse hendelsen hendelser hendelsene",
        "utsteder utstederen utstedere utstederne",
        "vertsnavn vertsnavnet vertsnavnene",
        "tjeneste tjenesten tjenester tjenestene",
        "manifest manifestet manifester manifestene",
        "kommando kommandoen kommandoer kommandoene",
        "image imaget imager imagene",
        "maskin maskinen maskiner maskinene",
        "linje linja linjen linjer linjene",
        "nettleser nettleseren nettlesere nettleserne",
        "rydde rydder ryddet",
        "kjøre kjører kjørte kjørt",
        "installere installerer installerte installert",
    ),
    "en/": (
        "certificate certificates",
        "cluster clusters",
        "node nodes",
        "namespace namespaces",
        "authority authorities",
        "address addresses",
        "browser browsers",
        "install installs installed installing",
        "verify verifies verified",
    ),
}

_ASK = """async ({ worker, index: { config, docs }, queries }) => {
  const it = new Worker(worker), found = {}
  const answer = message => new Promise(done => {
    it.onmessage = ({ data }) => done(data)
    it.postMessage(message)
  })
  await answer({ type: 0, data: { config, docs, options: {} } })
  for (const query of queries) {
    const { data } = await answer({ type: 2, data: query })
    found[query] = data.items.map(page => page.map(({ location }) => location))
  }
  it.terminate()
  return found
}"""


def hits(
    page: Page,
    site: Site,
    origin: str,
    folder: str,
    worker: Worker,
    queries: Iterable[str],
    index: dict[str, Any] | None = None,
) -> dict[str, list[list[str]]]:
    """What each query finds, asked of the worker itself in a browser: pages, each with its sections.

    :param index: what is searched instead of the site's own index.
    """
    (theme,) = site.output.glob("assets/javascripts/workers/search.*.min.js")
    script = theme.relative_to(site.output).as_posix() if worker == "theme" else folder + search.WORKER
    page.goto(f"{origin}/{folder}")
    question = {
        "worker": f"{origin}/{script}",
        "index": index or json.loads(site.read(folder + search.INDEX)),
        "queries": list(queries),
    }
    answer: dict[str, list[list[str]]] = page.evaluate(_ASK, question)
    return answer


def found(
    page: Page, site: Site, origin: str, folder: str, worker: Worker, queries: Iterable[str]
) -> dict[str, set[str]]:
    """The pages that each query finds."""
    answer = hits(page, site, origin, folder, worker, queries)
    return {query: {first.split("#")[0] for first, *_ in pages} for query, pages in answer.items()}


def texts(site: Site, folder: str) -> dict[str, str]:
    """What the index holds of each page, in lower case."""
    index: dict[str, Any] = json.loads(site.read(folder + search.INDEX))
    pages: dict[str, str] = {}
    for entry in index["docs"]:
        name = entry["location"].partition("#")[0]
        words = re.sub(r"<[^>]+>", " ", f"{entry['title']} {entry['text']}")
        pages[name] = f"{pages.get(name, '')} {words}".lower()
    return pages


def unanswered(site: Site, origin: str, page: Page, folder: str, worker: Worker) -> Iterator[str]:
    """The forms that miss a page, and which."""
    pages = texts(site, folder)
    groups = [group.split() for group in FORMS[folder]]
    answers = found(page, site, origin, folder, worker, [form for group in groups for form in group])
    for group in groups:
        # A part of a name such as argoproj.io/manifest-generate-paths is no word.
        pattern = re.compile(rf"(?<![\w./-])({'|'.join(group)})(?![\w/-])")
        wanted = {name for name, words in pages.items() if pattern.search(words)}
        for form in group:
            if missed := wanted - answers[form]:
                yield f"{form}: {', '.join(sorted(name or 'front page' for name in missed))}"


def main() -> None:
    """Run by hand."""
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as output, sync_playwright() as playwright:
        site = Site(ROOT, Path(output))
        if problems := site.build():
            raise SystemExit("\n".join(problems))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=QUIET)
        with serve(site) as origin, open_tab(browser) as tab:
            for folder, name in (("", "Bokmål"), ("en/", "English")):
                count = sum(len(group.split()) for group in FORMS[folder])
                workers: tuple[Worker, Worker] = ("theme", "guide")
                for worker in workers:
                    missed = list(unanswered(site, origin, tab.page, folder, worker))
                    print(f"{name}, {worker}'s worker: {count - len(missed)} of {count} forms answered")
                    print("".join(f"  {line}\n" for line in missed) if worker == "guide" else "", end="")
        browser.close()


if __name__ == "__main__":
    main()
