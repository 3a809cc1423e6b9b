"""Begins a page: the pair of files, a first step that is tested, and its place in the reading order."""

from __future__ import annotations

import html
import re
from pathlib import Path

import yaml

from walkthrough import whole
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.text import no_text
from walkthrough.pages import characters
from walkthrough.pages.loading import load
from walkthrough.project import Project

#: Where a page goes that nobody placed: before these, which end the guide.
_LAST = ("cleanup.md", "proof.md")
# Two letters would be taken for a language (guide.site.sources); the step's id begins with it.
_NAME = re.compile(r"(?=.{3,60}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
#: What no title has room for.
_LONGEST = 120
#: What Markdown takes for markup in a line, and what joins the parts of a sign such as a family's.
_MARKUP, _JOINERS = re.compile(r"[\\`*_{}\[\]#!|]"), re.compile("[\u200d\ufe0f]")

_PAGES = {
    "nb": """\
---
{head}
description: Én setning om hva siden er for.
products: []
---

# {title} {{#{name}}}

Hva siden er for, og hvorfor.

**Når du er ferdig, har du** det siden lover.

**Du trenger** det som må være på plass.

## Se deg rundt {{#look}}

Hvorfor steget er her, og hva du ser etter.

{fence}

## Oppsummert {{#summary}}

Hva du har nå, og hvor du går videre.
""",
    "en": """\
---
{head}
description: One sentence on what the page is for.
products: []
---

# {title} {{#{name}}}

What the page is for, and why.

**At the end you have** what the page promises.

**You need** what has to be in place.

## Look around {{#look}}

Why the step is here, and what to look for.

{fence}

## Summary {{#summary}}

What you have now, and where to go next.
""",
}
_FENCE = """\
```{{.bash .step #{name}-look}}
--8<-- "snippets/{name}/look.sh"
```"""
#: Works on every cluster, and changes nothing.
_STEP = "kubectl get nodes\n"


def new_page(project: Project, name: str, titles: dict[str, str], after: str | None = None) -> list[Path]:
    """Write what a page begins with.

    :param name: the page's name, as ``metrics``.
    :param titles: its title in each language.
    :param after: the page that it follows; by default it comes last, before the cleaning up.
    :return: the files that were written or changed.
    :raises UserError: the name cannot be, or something of that name is there.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be the name of a page",
            where="PAGE on the command line",
            fix="choose three to sixty small letters and digits, a letter first, single hyphens between them",
        )
    for language, title in titles.items():
        _check_title(title, f"--{language} on the command line")
    page, step = f"{name}.md", project.root / "snippets" / name / "look.sh"
    files = [project.page_path(page, language) for language in _PAGES]
    for path in (*files, step.parent):
        if path.exists():
            raise UserError("this is there already", where=project.relative(path), fix="choose another name")
    config = _placed(project, page, after)
    texts = {step: _STEP}
    for path, language in zip(files, _PAGES, strict=True):
        title = titles[language]
        head = yaml.safe_dump({"title": title}, allow_unicode=True).strip()
        fence = _FENCE.format(name=name)
        shown = html.escape(_MARKUP.sub(r"\\\g<0>", title), quote=False)
        texts[path] = _PAGES[language].format(name=name, title=shown, head=head, fence=fence)
    try:
        for path, text in texts.items():
            whole.write(path, text)
        for path in files:
            _check_page(path)
        whole.write(project.root / CONFIG, config)
    except BaseException:
        # All of a page or nothing: half of one would be in the way of the next try.
        for path in texts:
            path.unlink(missing_ok=True)
        if step.parent.is_dir():
            step.parent.rmdir()
        raise
    return [*files, step, project.root / CONFIG]


def _check_title(title: str, where: str) -> None:
    """Refuse a title that is none: it stands in the menu, in the head of the page and in its front matter."""
    what = characters.unseen(_JOINERS.sub("", title))
    if not title.strip():
        what = "it says nothing"
    elif any(sign in title for sign in "\n\t\f"):
        what = "it is more than one line, or has a tab"
    elif len(title) > _LONGEST:
        what = f"it has {len(title)} characters"
    elif why := no_text(title, quoted=False):
        what = f"it has {why}, and themes write a title as it is"
    if what:
        raise UserError(
            f"{title[:40]!a} cannot be a title: {what}",
            where=where,
            fix=f"write one line of up to {_LONGEST} characters that everybody sees",
        )


def _check_page(path: Path) -> None:
    """Read what was written as the site does: nothing that is begun here is wrong."""
    _, errors = load(path)
    for error in errors:
        raise UserError(
            f"a page of this title would be wrong: {error.what}", where=error.where, fix=error.fix
        )


def _placed(project: Project, page: str, after: str | None) -> str:
    """``mkdocs.yml`` with the page in its reading order; what a person wrote around it stays."""
    text = read_text(project.root / CONFIG, CONFIG)
    if after is not None:
        other, before = project.page_named(after), False
    else:
        other = next((last for last in _LAST if last in project.nav), project.nav[-1])
        before = other in _LAST
    line = re.search(rf"^([ \t]*- )(?:[^\n#]*: )?{re.escape(other)}[ \t]*(?:#.*)?\n", text, re.MULTILINE)
    if line is None:
        raise UserError(
            f"the line of {other} was not found", where=CONFIG, fix=f"write '- {page}' under 'nav'"
        )
    at = line.start() if before else line.end()
    return f"{text[:at]}{line[1]}{page}\n{text[at:]}"
