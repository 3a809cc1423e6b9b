"""The cheat sheet: each function that the reader keeps, and the commands that one uses again.

All of it comes from the pages: the functions from the blocks that ``keep`` them, what each does from the
sentence that introduces it, how it is called from the first step that calls it, and the commands from the
steps that a page's front matter names under ``again``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from guide.site.texts import Locale
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.site.proofs import Proofs

PLACE = '<div data-guide="cheatsheet"></div>'
_KEPT = re.compile(r"^[ \t]*keep ([\w ]+)$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*```\{.*?^[ \t]*```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(?P<title>.+?) *\{#(?P<id>[\w-]+)\}$")
#: A new sentence begins with a capital, or with what is marked up.
_SENTENCE = re.compile(r"(?<=[.:?])\s+(?=[A-ZÆØÅ`*«\[\"])")
#: A link within its page leads nowhere from another one.
_WITHIN = re.compile(r"\]\(#")
#: How a function is called: on a line of its own or before a pipe, with arguments that say what they are.
_CALL = (
    r"^[ \t]*(?P<call>(?:admin )?(?P<name>{names})(?P<with>(?: (?:'[^']*'|[^\s|&;()<>\\$'\"`]+))*))"
    r"[ \t]*(?:$|&&|\||;)"
)
#: What fits beside a sentence on a phone.
_SHORT = 48


@dataclass
class _Entry:
    """Functions that one sentence introduces, and where."""

    section: str
    told: str
    names: list[str] = field(default_factory=list)


def fill(markdown: str, proofs: Proofs, locale: Locale) -> str:
    """The page with the sheet in its place; as it is where it has none.

    :raises UserError: the front matter of a page names a step that the page does not have.
    """
    if PLACE not in markdown:
        return markdown
    chapters = [page for page in proofs.project.nav if page not in proofs.project.alone]
    blocks = {page: found for page in chapters if (found := proofs.blocks(page, locale))}
    calls = _calls(block for found in blocks.values() for block in found)
    known: set[str] = set()
    parts = []
    for page, found in blocks.items():
        functions = _functions(page, found, proofs, locale, known)
        commands = list(_commands(page, found, proofs, locale))
        if functions or commands:
            title = f"## [{proofs.title(page, locale)}]({page}) {{#{page.removesuffix('.md')}}}"
            listed = "\n\n".join(_function(entry, page, calls) for entry in functions)
            parts += [title, f'<div class="guide-cheat" markdown="1">\n\n{listed}\n\n</div>' * bool(listed)]
            parts += commands
    return markdown.replace(PLACE, "\n\n".join(parts))


def kept(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """The functions that a reader's shell knows from then on, with the blocks that define them."""
    for block in blocks:
        if block.kind is Kind.STEP:
            yield from ((block, name) for names in _KEPT.findall(block.body) for name in names.split())


def _functions(
    page: str, blocks: Iterable[Block], proofs: Proofs, locale: Locale, known: set[str]
) -> list[_Entry]:
    """The functions of a page that no page before it has, those of one sentence together."""
    path = proofs.project.page_path(page, locale)
    source = read_text(path, proofs.project.relative(path))
    sentences = list(_sentences(source))
    entries: dict[tuple[str, str], _Entry] = {}
    for block, name in kept(blocks):
        if name in known:
            continue
        known.add(name)
        told = next((one for one in sentences if re.search(rf"`{name}\b[^`]*`", one)), "")
        section = _section(source, block)
        entry = entries.setdefault((section, told or name), _Entry(section, told))
        entry.names.append(name)
    return list(entries.values())


def _sentences(source: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", _FENCE.sub("\n\n", source)):
        said = " ".join(paragraph.split())
        if not said.startswith(("#", "|", "<")):
            yield from _SENTENCE.split(said)


def _section(source: str, block: Block) -> str:
    """The id of the heading that a block stands below."""
    before = source.split("\n")[: block.where.line - 1]
    found = (heading["id"] for line in reversed(before) if (heading := _HEADING.match(line)))
    return next(found, "")


def _function(entry: _Entry, page: str, calls: Mapping[str, str]) -> str:
    term = ", ".join(f"[`{name}`]({_link(page, entry.section)})" for name in entry.names)
    told = _WITHIN.sub(f"]({page}#", entry.told)
    told = told[:-1] + "." if told.endswith(":") else told
    examples = [f"`{calls[name]}`" for name in entry.names if calls.get(name, name) != name]
    lines = [each for each in (told, " · ".join(examples)) if each]
    return f"{term}\n" + "\n".join(f":   {line}" for line in lines or ["–"])


def _calls(blocks: Iterable[Block]) -> dict[str, str]:
    """How each function is called: by the first step that does so on a short line, rather with arguments."""
    steps = [block for block in blocks if block.kind is Kind.STEP]
    names = {name for _, name in kept(steps)}
    if not names:
        return {}
    pattern = re.compile(_CALL.format(names="|".join(sorted(names))), re.MULTILINE)
    found: dict[str, str] = {}
    for step in steps:
        for call in pattern.finditer(step.body):
            name, said = call["name"], call["call"]
            bare = name not in found or (call["with"] and " " not in found[name].removeprefix("admin "))
            if bare and len(said) <= _SHORT:
                found[name] = said
    return found


def _commands(page: str, blocks: Iterable[Block], proofs: Proofs, locale: Locale) -> Iterator[str]:
    """The steps that the page's front matter calls useful again, with what it says of each."""
    again = proofs.meta(page, locale).get("again") or {}
    source = proofs.project.page_path(page, locale)
    steps = {block.id: block for block in blocks if block.kind is Kind.STEP}
    for name, told in again.items():
        if name not in steps:
            raise UserError(
                f"the front matter lists {name} under again, and the page has no such step",
                where=f"{proofs.project.relative(source)}:1",
                fix="name a step by its id, without the #",
            )
        link = _link(page, _section(read_text(source, proofs.project.relative(source)), steps[name]))
        code = _typed(steps[name])
        yield f"[{told}]({link})\n{{ .guide-cheat__what }}\n\n```bash\n{code}\n```"


def _typed(step: Block) -> str:
    """What a step has the reader type, without the functions that it keeps: those are on the sheet by name.

    A step that does nothing but define them stays as it is.
    """
    body = step.body
    for _, name in kept([step]):
        defined = rf"^{name}\(\) \{{(?:[^\n]+|\n.*?^)\}}\n"
        body = re.sub(defined, "", body, flags=re.MULTILINE | re.DOTALL)
    return _KEPT.sub("", body).strip("\n") or "\n".join(step.text_lines)


def _link(page: str, section: str) -> str:
    return f"{page}#{section}" if section else page
