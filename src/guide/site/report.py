"""The whole proof as a page: every block, verdict, reason and time, and what was replaced."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from guide.proof import BlockVerdict, Proof
from guide.site.badge import counted, in_words, listed, quoted, where
from guide.site.proofs import Proofs
from guide.site.texts import Locale, text

_HEADS = ("block", "kind", "verdict", "time", "reason")
PLACE = '<div data-guide="proof"></div>'


def fill(markdown: str, proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    """The page with the report in its place; as it is where it has none.

    :param address: the address of a page by its name, such as ``cluster.md``.
    """
    return markdown.replace(PLACE, report(proofs, locale, address)) if PLACE in markdown else markdown


def report(proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    """The report in Markdown, one section a run."""
    if not proofs.proofs:
        return f"## {text(locale, 'report-none')} {{#none}}\n\n{text(locale, 'report-none-why')}\n"
    return "\n".join(_run(proof, proofs, locale, address) for proof in proofs.proofs)


def _run(proof: Proof, proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    anchor = proof.provider if proof.complete else f"{proof.provider}-partial"
    day = in_words(proof.date.date(), locale)
    heading = text(
        locale, "run" if proof.complete else "run-partial", where=where(proof.provider, locale), day=day
    )
    parts = [f"## {heading} {{#{anchor}}}", "", *_facts(proof, locale), ""]
    if failure := proof.failure:
        what = f"<code>{escape(failure['where'])}</code>: {quoted(failure['what'], locale)}"
        parts += [f"**{text(locale, 'run-failed')}** {what}", ""]
    parts += _replacements(proof, locale, anchor)
    for name, languages in proof.pages.items():
        if (page := languages.get(locale)) and page.blocks:
            section = f"{anchor}-{name.removesuffix('.md').replace('/', '-')}"
            parts += [
                f"### {proofs.title(name, locale)} {{#{section}}}",
                "",
                counted(page.counts, locale),
                "",
            ]
            parts += _blocks(page.blocks, address(name), locale)
    return "\n".join(parts)


def _facts(proof: Proof, locale: Locale) -> list[str]:
    rows = [(text(locale, "fact-result"), counted(proof.counts.get(locale, {}), locale))]
    rows.append((text(locale, "fact-time"), duration(proof.seconds, locale)))
    if commit := proof.guide["commit"]:
        changed = f" ({text(locale, 'fact-dirty')})" if proof.guide["dirty"] else ""
        rows.append(("Commit", f"<code>{commit}</code>{changed}"))
    if versions := proof.cluster["versions"]:
        rows.append((text(locale, "fact-versions"), listed(versions)))
    host = proof.cluster["host"]
    if "cpus" in host and "memory_mib" in host:
        machine = text(
            locale,
            "machine",
            cpus=str(host["cpus"]),
            memory=number(int(host["memory_mib"]) / 1024, locale),
            kernel=escape(str(host.get("kernel", ""))),
        )
        rows.append((text(locale, "fact-machine"), machine))
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return [f'<dl class="guide-facts">{items}</dl>']


def _replacements(proof: Proof, locale: Locale, anchor: str) -> list[str]:
    title = f"### {text(locale, 'replacements')} {{#{anchor}-replacements}}"
    rows = proof.cluster["replacements"]
    if not rows:
        return [title, "", text(locale, "replacements-none"), ""]
    table = [[quoted(row[key], locale) for key in ("guide", "runs", "why")] for row in rows]
    heads = [text(locale, key) for key in ("replaced-guide", "replaced-runs", "replaced-why")]
    return [title, "", *_table(heads, table), ""]


def _blocks(blocks: list[BlockVerdict], page: str, locale: Locale) -> list[str]:
    """The table of one page's blocks; ``page`` is its address."""
    rows = []
    for block in blocks:
        name = f'<code class="guide-name">{escape(block.name)}</code>'
        if block.id:
            name = f'<a href="{page}#{escape(block.id)}">{name}</a>'
        style = f'class="guide-verdict guide-verdict--{block.verdict}"'
        verdict = f"<span {style}>{text(locale, block.verdict)}</span>"
        kind, time = text(locale, f"kind-{block.kind}"), duration(block.seconds, locale)
        rows.append([name, kind, verdict, time, _reason(block, locale)])
    return [*_table([text(locale, f"head-{head}") for head in _HEADS], rows), ""]


def _reason(block: BlockVerdict, locale: Locale) -> str:
    # The reason of a skipped block is written on the page, in the page's own language.
    return escape(block.reason) if block.kind == "skip" else quoted(block.reason, locale) * bool(block.reason)


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f'<table><thead><tr>{head}</tr></thead><tbody data-guide="recorded">{body}</tbody></table>'
    return [table]


def number(value: float, locale: Locale) -> str:
    """One decimal, in the language's form: ``7,5``, ``7.5``."""
    plain = f"{value:.1f}"
    return plain.replace(".", ",") if locale == "nb" else plain


def duration(seconds: float, locale: Locale) -> str:
    """``7,5 s`` below a minute, ``3 min 05 s`` above; empty for no time at all."""
    if seconds <= 0:
        return ""
    if seconds < 60:
        return f"{number(seconds, locale)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
