"""What is run is what is seen: on the page, where it stands, in its order, once."""

from __future__ import annotations

import pytest

from walkthrough.pages.loading import load_all

from .conftest import EXTENSIONS, SmallGuide, indented

A = "```{.bash .step #index-a}\nls\n```\n"
B = "```{.bash .step #index-b}\nls\n```\n"
CHECK = "```{.bash .check #index-a}\nls\n```\n"


def around(begin: str, end: str, inner: str = A) -> str:
    return f"# T\n\n{begin}\n\n{inner}\n{end}\n"


def styled(rule: str) -> str:
    """A page with a rule of its own, and a fence in what the rule may hide."""
    return around(f"<style>\n{rule}\n</style>\n\n<div class='gone' markdown>", "</div>")


HIDDEN = {
    "hidden": around("<div hidden markdown>", "</div>"),
    "hidden with a value": around('<div hidden="until-found" markdown>', "</div>"),
    "hidden further out": around("<section hidden markdown>\n\n<div markdown>", "</div>\n\n</section>"),
    "display": around('<div style="display:none" markdown>', "</div>"),
    "display, spaced": around('<div style="color: red; DISPLAY : none" markdown>', "</div>"),
    "visibility": around('<div style="visibility: hidden" markdown>', "</div>"),
    "opacity": around('<div style="opacity:0" markdown>', "</div>"),
    "far away": around('<div style="position:absolute;left:-9999px" markdown>', "</div>"),
    "size": around('<div style="height:0;overflow:hidden" markdown>', "</div>"),
    "for nobody's ears": around('<div aria-hidden="true" markdown>', "</div>"),
    "inert": around("<div inert markdown>", "</div>"),
    "template": around("<template>", "</template>"),
    "script": f'# T\n\n<script type="text/plain">\n{A}</script>\n',
    "textarea": f"# T\n\n<textarea>\n{A}</textarea>\n",
    "noscript": around("<noscript markdown>", "</noscript>"),
    "select": f"# T\n\n<select><option>\n{A}</option></select>\n",
    "svg": around("<svg><desc>", "</desc></svg>"),
    "closed dialog": around("<dialog>", "</dialog>"),
    "folded": around("<details markdown>\n<summary>More</summary>", "</details>"),
    "folded admonition": f'# T\n\n??? note "More"\n\n{indented(A)}',
    "comment": around("<!--", "-->"),
    "a rule of the page": around(
        "<style>\n.gone { display: none }\n</style>\n\n<div class='x gone' markdown>", "</div>"
    ),
    "a rule of the site": around('<div class="site-gone" markdown>', "</div>"),
    "a sheet from elsewhere": around(
        "<style>\n@IMPORT url('data:text/css,pre{display:none}');\n</style>\n\n<div markdown>", "</div>"
    ),
    "never closed": around("<div hidden markdown>", ""),
    "footnote": f"# T\n\nText[^1].\n\n[^1]: More\n\n{indented(A)}\n\n{B}",
    "another tab": f'# T\n\n=== "A"\n\n    x\n\n=== "B"\n\n{indented(A)}',
    "the first tab, another is open": f'# T\n\n=== "A"\n\n{indented(A)}\n\n===+ "B"\n\n    x\n',
}


#: Rules by which a page hides a fence, or shows it as other text.
RULES = [
    "* { display: none }",
    ".gone > * { display: none }",
    ".gone pre { display: none }",
    ".highlight { display: none }",
    "[class~=gone] { display: none }",
    ":is(.gone, .other) { display: none }",
    "div:not(.x) { display: none }",
    ".gone:nth-child(n) { display: none }",
    ".\\67 one { display: none }",
    ".gone { display: n\\6fne }",
    ":root { --d: none } .gone { display: var(--d) }",
    "div { &.gone { display: none } }",
    ".gone { color: red; pre { display: none } }",
    "@media print, screen { .gone { display: none } }",
    "@supports (color: red) { @media screen { .gone { display: none } } }",
    ".gone { color: transparent }",
    ".gone { position: absolute; top: -9999px }",
    ".gone { position: absolute; left: -99em }",
    ".gone { transform: translateX(-200vw) }",
    ".gone { scale: 0 }",
    ".gone { zoom: 0.001 }",
    ".gone { filter: opacity(0) }",
    ".gone { opacity: .01 }",
    ".gone { font: 0/0 a }",
    ".gone { max-height: 1px; overflow: hidden }",
    ".gone { block-size: 0; overflow: hidden }",
    ".gone { unicode-bidi: bidi-override; direction: rtl }",
    ".gone code { text-transform: uppercase }",
    ".gone { display: flex; flex-direction: column-reverse }",
    "pre::before { content: 'rm -r ' }",
    ".gone code:after { content: '; ls' }",
    ".highlight::after { position: absolute; inset: 0; background: white }",
    ".gone::before { content: ''; position: absolute; inset: 0; background: white }",
    ".gone:not(:hover) { display: none }",
    "[class='GONE' i] { display: none }",
    "[class=GONE i] { display: none }",
    "*|div.gone { display: none }",
    ".gone { display: var(--none, none) }",
    ":root { --a: var(--b); --b: none } .gone { display: var(--a) }",
    ":root { --d: none } .x { --d: block } .gone { display: var(--d) }",
    "a { content: '/*' } .gone { display: none } b { content: '*/' }",
    ".gone { opacity: calc(0) }",
    ".gone { opacity: 1e-9 }",
    ".gone { opacity: -1 }",
    ".gone { font-size: calc(0 * 1px) }",
    ".gone { filter: brightness(0) }",
    ".gone { filter: blur(20px) }",
    ".gone code { color: rgba(0, 0, 0, 0) }",
    ".gone code { color: rgb(0 0 0 / 0%) }",
    ".gone code { color: #0000 }",
    ".gone code { color: #ffffff00 }",
    ".gone { mask: url(none.svg) }",
    ".gone { order: -1 }",
    ".gone { direction: rtl }",
    ".gone { writing-mode: vertical-rl }",
    ".gone { letter-spacing: -1em }",
]
for _rule in RULES:
    HIDDEN[_rule] = styled(_rule)
HIDDEN["the second of one name"] = (
    "# T\n\n<details open name=a><summary>x</summary>x</details>\n\n"
    f"<details open name=a markdown>\n<summary>x</summary>\n\n{A}\n</details>\n"
)
HIDDEN |= {
    # As a browser reads it: the first of two attributes counts, and a style ends where its end tag does.
    "styled twice": around('<div style="display:none" style="">', "</div>"),
    "a class twice": around(
        "<style>\n.gone { display: none }\n</style>\n\n<div class='gone' class='x'>", "</div>"
    ),
    "an end tag with a space": around(
        "<style>\n.highlight { display: none }\n</style >\n\n<div markdown>", "</div>"
    ),
    "a style without an end": f"# T\n\n{A}\n<style>\n.highlight {{ display: none }}\n",
    "a sheet from elsewhere, escaped": around(
        "<style>\n@\\69mport url('data:text/css,pre{display:none}');\n</style>\n\n<div markdown>", "</div>"
    ),
    "meter": f"# T\n\n<meter>\n{A}</meter>\n",
    "another order": around("<div><bdo dir=rtl>", "</bdo></div>"),
    "from the right": around("<div dir=RTL markdown>", "</div>"),
    # What is not ended where it stands goes on.
    "a word left open": f"# T\n\n<div><b hidden></div>\n\n{A}",
    "a word left open in a paragraph": f"# T\n\ntext <b hidden>\n\n{A}",
    "an end tag that is not heard": f"# T\n\n<div><span><div hidden></span>\n\n{A}\n</div></div>\n",
    "an end tag that ends a word alone": f"# T\n\n<div><b><div hidden></b>\n\n{A}\n</div></div>\n",
    "a tab's name": f'# T\n\n=== "<div hidden>"\n\n{indented(A)}',
    "pushed far to the right": around('<div style="padding-left: 999em" markdown>', "</div>"),
    "pushed out of the window": around('<div style="margin-left: 200vw" markdown>', "</div>"),
    "pushed by a power": around('<div style="margin-left: 9e9px" markdown>', "</div>"),
    "pushed by a sum": around('<div style="margin-left: calc(9px * 999)" markdown>', "</div>"),
}
HIDDEN["far to the left"] = around('<div style="margin-left: -9999px" markdown>', "</div>")
HIDDEN["far to the right"] = around('<div style="padding: 0 0 0 9999px" markdown>', "</div>")


@pytest.mark.parametrize("form", HIDDEN)
def test_what_is_not_seen_is_refused(guide: SmallGuide, form: str) -> None:
    guide.nav("index.md", more=f"extra_css: [site.css]\n{EXTENSIONS}")
    guide.write("docs/site.css", "@media screen { p .site-gone{ visibility:\n hidden } }")
    guide.page(HIDDEN[form])
    line = HIDDEN[form].split("\n").index(next(x for x in HIDDEN[form].split("\n") if "```{" in x)) + 1
    errors = [error for error in load_all(guide.project).errors if "nb" in str(error.where)]
    assert f"docs/nb/index.md:{line}" in [error.where for error in errors], errors


SEEN = {
    "a style that hides nothing": around('<div style="margin: 1em; text-align:left" markdown>', "</div>"),
    "open details": around("<details open markdown>\n<summary>More</summary>", "</details>"),
    "open admonition": f'# T\n\n???+ note "More"\n\n{indented(A)}',
    "a folded check": f'# T\n\n??? note "More"\n\n{indented(CHECK)}',
    "the first tab": f'# T\n\n=== "A"\n\n{indented(A)}\n\n=== "B"\n\n    x\n',
    "the tab that is open": f'# T\n\n=== "A"\n\n    x\n\n===+ "B"\n\n{indented(A)}',
    "another tab, for some": (
        f'# T\n\n=== "A"\n\n    x\n\n=== "B"\n\n{indented(A.replace("-a}", "-a when=wsl}"))}'
    ),
    "a rule for paper": around(
        "<style>\n@media print { .gone { display: none } }\n</style>\n\n<div class='gone' markdown>", "</div>"
    ),
    "a hidden neighbour": f"# T\n\n<div hidden markdown>\n\ntext\n\n</div>\n\n{A}",
    "a hidden paragraph": f"# T\n\n<p hidden>text</p>\n\n{A}",
}


#: Rules that hide nothing of a fence.
HARMLESS = [
    ".other { display: none } .gone { color: red }",
    ".gone:hover { opacity: 0 }",
    ".gone::before { display: none }",
    ".gone .headerlink { display: none }",
    ".gone { font-size: 0.72rem; margin-left: -1em }",
    "@media print { .gone { display: none } .x { display: none } }",
    "@media only print { @supports (a: b) { .gone { display: none } } }",
    "@keyframes a { from { opacity: 0 } } .gone { animation: a 1s }",
    ".gone { color: red; &:hover { opacity: 0 } }",
    "[data-x] { display: none }",
    ".gone { opacity: 0.9; clip-path: none; transform: translate(-50%) }",
    ".gone { color: #f00; border-color: #0000; background: rgba(0, 0, 0, 0) }",
    ".gone { display: var(--none, block); border: 1px solid; letter-spacing: -0.01em; order: 0 }",
    ".gone:not(.x):hover { display: none }",
    "/* .gone { display: none } */",
]
for _rule in HARMLESS:
    SEEN[_rule] = styled(_rule)
SEEN |= {
    "a word that is ended": f"# T\n\n<div><b hidden></div>\n\n</b>\n\n{A}",
    "a word that is ended in its paragraph": f"# T\n\ntext <b hidden>more</b> text\n\n{A}",
    "shown though it is styled twice": around('<div style="" style="display:none">', "</div>"),
}
SEEN["a little to the left"] = around('<div style="margin: 0 -1em" markdown>', "</div>")


@pytest.mark.parametrize("form", SEEN)
def test_what_is_seen_is_not_refused(guide: SmallGuide, form: str) -> None:
    guide.page(SEEN[form])
    assert load_all(guide.project).errors == []


@pytest.mark.parametrize("alternate", [True, False])
def test_both_forms_of_tabs(guide: SmallGuide, alternate: bool) -> None:
    more = EXTENSIONS.replace("alternate_style: true", f"alternate_style: {str(alternate).lower()}")
    guide.nav("index.md", more=more)
    guide.page(f'=== "A"\n\n{indented(A)}\n\n=== "B"\n\n{indented(B)}')
    errors = [error for error in load_all(guide.project).errors if "nb" in str(error.where)]
    assert [error.where for error in errors] == ["docs/nb/index.md:10"]


#: What may change, or cover, what is seen; each is refused at its own line.
BROUGHT = [
    '<link rel="stylesheet" href="hide.css">',
    "<link href=hide.css REL='alternate StyleSheet'>",
    "<script>document.querySelector('pre').remove()</script>",
    '<script src="change.js"></script>',
    '<SCRIPT type="module" src="change.js"></SCRIPT>',
    '<script type="text/javascript">x()</script>',
    '<meta http-equiv="refresh" content="0;url=other.html">',
    '<base href="https://elsewhere.test/">',
    '<p onclick="x()">text</p>',
    '<img src="none.png" alt="" onerror="x()">',
    '<a href="java&#115;cript:x()">text</a>',
    '<a href="java&#10;script:x()">text</a>',
    '<svg><a><animate attributeName="href" values="javascript:x()"></animate></a></svg>',
    '<svg height="1" overflow="visible"><rect width="999" height="999" fill="white"></rect></svg>',
    '<svg height="1" style="overflow : visible"><rect width="999" height="999"></rect></svg>',
    "<dialog open>text</dialog>",
    "<body hidden></body>",
    '<html style="display:none"></html>',
    '<iframe srcdoc="<pre>ls</pre>"></iframe>',
    '<object data="data:text/html,<pre>ls</pre>"></object>',
    '<div><template shadowrootmode="open">text</template></div>',
    '<div style="position:absolute; top:0; background:white">text</div>',
    '<img src="white.png" alt="" style="position : FIXED; inset: 0">',
    '<div style="position:relative"><p style="position:absolute;top:-20em">text</p></div>',
    '<div style="position:relative; top: 200px">text</div>',
    '<div style="top: -200px; position:relative">text</div>',
    '<div style="margin-top:-20em">text</div>',
    '<div style="margin: 0 0 -300px">text</div>',
    '<div style="height:0">text</div>',
    '<div style="box-shadow: 0 0 0 9999px white">text</div>',
    '<div style="transform: translateY(-300px)">text</div>',
    '<div style="transform: scale(9)">text</div>',
    '<div class="cover">text</div>',
    '<div id="cover">text</div>',
    "text\n{ .cover }",
]


@pytest.mark.parametrize("element", BROUGHT)
@pytest.mark.parametrize("first", [True, False])
def test_what_may_change_what_is_seen_is_refused(guide: SmallGuide, element: str, first: bool) -> None:
    guide.nav("index.md", more=f"extra_css: [site.css]\n{EXTENSIONS}")
    guide.write("docs/site.css", ".cover { position: absolute } #cover { margin-top: -30em }")
    guide.page(f"# T\n\n{element}\n\n{A}" if first else f"# T\n\n{A}\n{element}\n")
    errors = [error for error in load_all(guide.project).errors if "nb" in str(error.where)]
    line = (3 if first else 7) + (element.startswith("text") and "\n" in element and 1)
    assert [error.where for error in errors] == [f"docs/nb/index.md:{line}"], errors
    assert all(error.fix for error in errors)


#: Nothing of a block is seen otherwise for these.
BROUGHT_WELL = [
    '<script type="application/json">{"a": 1}</script>',
    '<link rel="me" href="https://elsewhere.test/">',
    '<meta name="a" content="b">',
    '<iframe src="https://video.test/1" title="t"></iframe>',
    '<div style="position:relative;overflow:hidden;padding-bottom:56%"><iframe title="t" '
    'src="https://video.test/1" style="position:absolute;top:0;width:100%;height:100%"></iframe></div>',
    '<div style="position:relative">text</div>',
    '<div style="margin-top:-1em">text</div>',
    '<img src="https://a.test/a.png" alt="" style="transform: rotate(5deg); height: 20px">',
    '<div style="height:0;overflow:hidden">text</div>',
    "<details>\n<summary>More</summary>\ntext\n</details>",
    "<template>text</template>",
    '<div data-onclick="x" class="over">text</div>',
    '<object data="picture.svg" type="image/svg+xml"></object>',
    '<svg height="1"><rect width="999" height="999"></rect></svg>',
    "<dialog>text</dialog>",
    "<style>\n.over:hover { position: absolute }\n.x::before { content: 'a'; position: absolute }\n</style>",
]


@pytest.mark.parametrize("element", BROUGHT_WELL)
def test_what_changes_nothing_is_not_refused(guide: SmallGuide, element: str) -> None:
    guide.page(f"# T\n\n{element}\n\n{A}")
    assert load_all(guide.project).errors == []


def test_a_page_without_blocks_may_have_scripts(guide: SmallGuide) -> None:
    guide.page("# T\n\n<script>x()</script>\n")
    assert load_all(guide.project).errors == []


def themed(guide: SmallGuide, template: str) -> None:
    guide.nav("index.md", more=f"theme: {{name: material, custom_dir: theme}}\n{EXTENSIONS}")
    guide.write("theme/main.html", template)


#: Templates, and where what is wrong is said.
TEMPLATES = {
    "hidden": (
        '{% extends "base.html" %}\n{% block content %}\n<div hidden>{{ super() }}</div>\n{% endblock %}\n',
        "theme/main.html:3",
    ),
    "folded": ("<details>\n<summary>x</summary>\n{{ page.content }}\n</details>\n", "theme/main.html:3"),
    "changed": ('<main>{{ page.content | replace("ls", "rm") }}</main>\n', "theme/main.html:1"),
    "hidden by a class of the theme": (
        "{% block content %}\n<div class='md-toggle'>\n{{ super() }}</div>{% endblock %}",
        "theme/main.html:3",
    ),
    "another sheet": ("<head>\n<link rel=stylesheet href=https://a.test/a.css></head>", "theme/main.html:2"),
    "covered": (
        "{{ page.content }}\n<div style='position:absolute;top:0'>x</div>\n",
        "theme/main.html:2",
    ),
    "a style": ("{% block styles %}\n<style>.highlight { display: none }</style>\n", "docs/nb/index.md:3"),
    "a sheet of the site": (
        '<link rel="stylesheet" href="{{ \'own.css\' | url }}">\n',
        "docs/nb/index.md:3",
    ),
}


@pytest.mark.parametrize("form", TEMPLATES)
def test_templates_of_the_site(guide: SmallGuide, form: str) -> None:
    template, where = TEMPLATES[form]
    themed(guide, template)
    guide.write("docs/own.css", ".highlight { visibility: hidden }")
    guide.page(f"# T\n\n{A}")
    errors = [error for error in load_all(guide.project).errors if "/en/" not in str(error.where)]
    assert [error.where for error in errors] == [where], errors


def test_templates_that_hide_nothing(guide: SmallGuide) -> None:
    themed(
        guide,
        '{% extends "base.html" %}\n{# <div hidden> #}\n'
        "{% block extrahead %}<script>x()</script>{% endblock %}\n"
        "{% block content %}<p hidden>x</p>{{ super() }}<div>{{ page.meta.x | d('') }}</div>{% endblock %}\n",
    )
    guide.page(f"# T\n\n{A}")
    assert load_all(guide.project).errors == []


def test_classes_by_which_the_theme_hides(guide: SmallGuide) -> None:
    themed(guide, "")
    guide.page(around('<div class="md-toggle" markdown>', "</div>"))
    errors = [error for error in load_all(guide.project).errors if "/en/" not in str(error.where)]
    assert [error.where for error in errors] == ["docs/nb/index.md:5"]
