"""One stylesheet for the whole site: the theme's two and the guide's own, without what no page uses.

A browser shows nothing before it has read all of a page's styles, and matches them all against each
element. Most of the theme's are for what this site does not have. What a script may make counts as used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from walkthrough.config import is_address
from walkthrough.errors import UserError
from walkthrough.inputs import read_text

#: The guide's own styles, which the pages link to. The finished site has the whole stylesheet in its place.
NAME = "assets/guide.css"
_THEME = Path(str(files("material"))) / "templates/assets"
_THEIRS = ("stylesheets/main.*.min.css", "stylesheets/palette.*.min.css")

# A pattern that begins with plain signs is looked for fast, and pages are long.
_CLASSES = re.compile(r' class="([^"]*)"'), re.compile(r" class='([^']*)'")
#: The theme has rules for each colour that a site may choose, and for both directions of script.
_CHOICES = re.compile(r'data-md-color-(scheme|primary|accent)="([^"]*)"'), re.compile(r' (dir)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z][\w-]+")

_TOKEN = re.compile(
    r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\s+|[{}();,]|[^\s{}();,"'/]+|/""", re.DOTALL
)
_INNER = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_NEEDS_CLASS = re.compile(r"\.([A-Za-z_-][\w-]*)")
_NEEDS_CHOICE = re.compile(r"""\[(?:data-md-color-)?(scheme|primary|accent|dir)=["']?([\w-]+)["']?\]""")
#: The theme sets this on each page and takes it away again, so that no colour fades when the mode changes.
#: For this one rule, the browser works out the styles of every element twice more.
UNWANTED = "[data-md-color-switching]"


@dataclass
class Used:
    """What pages and scripts name: classes, and what was chosen as attribute and value."""

    classes: set[str] = field(default_factory=set)
    choices: set[tuple[str, str]] = field(default_factory=set)
    #: What names that a script puts together begin with: ``tabbed-control--``.
    beginnings: tuple[str, ...] = ()

    def add_page(self, html: str) -> None:
        """Note what a finished page holds."""
        for quoted in _CLASSES:
            self.classes.update(*map(str.split, set(quoted.findall(html))))
        for choice in _CHOICES:
            self.choices.update(choice.findall(html))

    def add_script(self, script: str) -> None:
        """Note every word of a script: any may be the name of a class."""
        words = _WORD.findall(script)
        self.classes.update(words)
        self.beginnings += tuple(word for word in words if word.endswith("-"))

    def matches(self, selector: str) -> bool:
        """Whether the selector can match something. What stands in parentheses is not looked at."""
        if UNWANTED in selector:
            return False
        outer = _INNER.sub("", selector)
        return set(_NEEDS_CHOICE.findall(outer)) <= self.choices and all(
            name in self.classes or name.startswith(self.beginnings) for name in _NEEDS_CLASS.findall(outer)
        )


@dataclass
class Rule:
    """What stands before a brace, and what stands in the braces: rules, or declarations."""

    head: str
    rules: list[Rule] = field(default_factory=list)
    declarations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.head}{{{''.join(map(str, self.rules))}{';'.join(self.declarations)}}}"


def parse(css: str) -> list[Rule]:
    """The rules of a stylesheet, without comments and needless space.

    :raises UserError: it closes more than it opens.
    """
    whole = Rule("")
    around, said, depth = [whole], "", 0
    for token in _TOKEN.findall(css):
        if token.startswith("/*"):
            continue
        depth += (token == "(") - (token == ")")
        if depth or token not in ("{", "}", ";"):
            said += " " if token.isspace() else token
            continue
        said = said.strip()
        if token == "{":
            around.append(Rule(said))
            around[-2].rules.append(around[-1])
        elif said:
            around[-1].declarations.append(said)
        if token == "}":
            if len(around) == 1:
                raise UserError(
                    f"a }} closes nothing, after {len(whole.rules)} rules",
                    where=f"docs/{NAME}",
                    fix="take it away, or open what it closes",
                )
            around.pop()
        said = ""
    return whole.rules


def parts(selectors: str) -> list[str]:
    """The selectors of a list: ``a, :is(b, c)`` has two."""
    found, depth = [""], 0
    for token in _TOKEN.findall(selectors):
        depth += (token == "(") - (token == ")")
        if token == "," and not depth:
            found.append("")
        else:
            found[-1] += token
    return [selector.strip() for selector in found]


def slim(rules: list[Rule], used: Used) -> list[Rule]:
    """The rules that can match something."""
    kept = []
    for rule in rules:
        if rule.head.startswith("@"):
            inner = slim(rule.rules, used) if rule.head.startswith(("@media", "@supports")) else rule.rules
            slimmed = Rule(rule.head, inner, rule.declarations)
        else:
            heads = [selector for selector in parts(rule.head) if used.matches(selector)]
            slimmed = Rule(",".join(heads), [], rule.declarations if heads else [])
        if slimmed.rules or slimmed.declarations:
            kept.append(slimmed)
    return kept


def every(rules: list[Rule]) -> Iterator[Rule]:
    """All rules, those in others included."""
    for rule in rules:
        yield rule
        yield from every(rule.rules)


def without_idle_properties(rules: list[Rule]) -> list[Rule]:
    """The rules without properties of the site's own that nothing asks for. Most of them are icons."""
    asked = set(re.findall(r"var\(\s*(--[\w-]+)", "".join(map(str, rules))))
    idle = False
    for rule in every(rules):
        left = [said for said in rule.declarations if not said.startswith("--") or _name(said) in asked]
        idle = idle or left != rule.declarations
        rule.declarations = left
    return without_idle_properties(rules) if idle else rules


def _name(declaration: str) -> str:
    return declaration.partition(":")[0].strip()


def sources(own: str) -> str:
    """The theme's stylesheets and then the guide's own, which may change what they say.

    :raises ValueError: the theme has no such stylesheet any more.
    """
    return "".join([*(_only(pattern).read_text(encoding="utf-8") for pattern in _THEIRS), own])


def _only(pattern: str) -> Path:
    found = sorted(_THEME.glob(pattern))
    if len(found) != 1:
        raise ValueError(f"the theme has {len(found)} files like {pattern}; has Material changed?")
    return found[0]


def write(site: Path, used: Used, scripts: Collection[str]) -> None:
    """Put the whole stylesheet in the place of the guide's own.

    :param used: what the pages hold.
    :param scripts: the addresses of the guide's own scripts below the site.
    :raises UserError: one of them, or the styles, cannot be read.
    """
    used.add_script(_only("javascripts/bundle.*.min.js").read_text(encoding="utf-8"))
    for name in scripts:
        if is_address(name):
            continue  # no script of the site's
        used.add_script(read_text(site / name, f"docs/{name}"))
    path = site / NAME
    try:
        rules = without_idle_properties(slim(parse(sources(read_text(path, f"docs/{NAME}"))), used))
        text = "".join(map(str, rules))
    except RecursionError:
        raise UserError(
            "it nests too deep to be read", where=f"docs/{NAME}", fix="write it flatter"
        ) from None
    path.write_text(text + "\n", encoding="utf-8")
