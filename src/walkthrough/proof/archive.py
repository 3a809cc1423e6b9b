"""The form of a proof that is kept in the repository: ``proofs/PROVIDER.json``, so that every clone has it.

It is a proof (:mod:`walkthrough.proof.record`) without what only says where it was made or can be read off
the pages: no line numbers, one record of each block for all languages. The schema is ``archive.schema.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from walkthrough import hooks, whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_json
from walkthrough.pages.block import page_sha256
from walkthrough.project import Project
from walkthrough.proof import sense
from walkthrough.proof.record import BlockVerdict, PageVerdict, Proof


def path_of(provider: str, project: Project) -> Path:
    """Where the proof of a provider is kept."""
    return project.kept_proofs / f"{provider}.json"


def write(made: Proof, project: Project) -> Path:
    """Write a proof to where it is kept, whole or not at all.

    :raises UserError: it does not have the documented form.
    """
    path = path_of(made.provider, project)
    text = dumps(made)
    _validate(json.loads(text), project.relative(path))
    whole.write(path, text)
    return path


def dumps(made: Proof) -> str:
    """A proof in the form in which it is kept, one block a line."""
    head = {
        "schema": made.schema,
        "guide": {"commit": made.guide["commit"]},
        "started": made.started,
        "finished": made.finished,
        "seconds": made.seconds,
        "cluster": made.cluster,
        "measured": made.measured,
    }
    lines = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}").splitlines()
    lines[-1] += ","
    lines.append(' "pages": {')
    for name in made.chain:
        first, *rest = made.pages[name]
        page = made.pages[name][first]
        others = {language: reasons for language in rest if (reasons := _other_reasons(made, name, language))}
        lines.append(f"  {json.dumps(name)}: {{")
        lines.append(f'   "sha256": "{page.sha256}",\n   "pins": "{page.pins}",')
        lines.append(f'   "reasons": {json.dumps(others, ensure_ascii=False)},\n   "blocks": [')
        lines += [f"    {json.dumps(_row(block), ensure_ascii=False)}," for block in page.blocks]
        lines[-1] = lines[-1].removesuffix(",")
        lines.append("   ]},")
    lines[-1] = lines[-1].removesuffix(",")
    return "\n".join([*lines, " }", "}"]) + "\n"


def _row(block: BlockVerdict) -> list[Any]:
    row = [block.name, block.kind, block.verdict, block.seconds, block.attempts, block.sha256]
    return [*row, block.reason] if block.reason else row


def _other_reasons(made: Proof, page: str, language: str) -> dict[str, str]:
    """The reasons that another language gives in words of its own, by block."""
    ran = next(iter(made.pages[page].values()))
    pairs = zip(ran.blocks, made.pages[page][language].blocks, strict=True)
    return {other.name: other.reason for block, other in pairs if other.reason != block.reason}


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    schemas = {
        name: json.loads(files("walkthrough.proof").joinpath(name).read_text("utf-8"))
        for name in ("archive.schema.json", "proof.schema.json")
    }
    whole = DRAFT202012.create_resource(schemas["proof.schema.json"])
    registry: Registry[Any] = Registry().with_resource("proof.schema.json", whole)
    return Draft202012Validator(schemas["archive.schema.json"], registry=registry)


def _validate(data: Any, where: str) -> None:
    fix = f"take it back from git, or run '{hooks.program()} verify' and '{hooks.program()} proof --keep'"
    error = next(iter(_validator().iter_errors(data)), None)
    if error is not None:
        raise UserError(
            f"this is no proof that can be kept: {error.json_path}: {error.message}", where=where, fix=fix
        )
    if why := sense.no_times(data):
        raise UserError(f"this is no proof that can be kept: {why}", where=where, fix=fix)
    for name, page in data["pages"].items():
        if page_sha256(row[5] for row in page["blocks"]) != page["sha256"]:
            raise UserError(f"the digests of {name} do not belong together", where=where, fix=fix)
    if Path(where).stem != data["cluster"]["provider"]:
        raise UserError(f"this proof is from {data['cluster']['provider']}", where=where, fix=fix)


def read(path: Path, project: Project) -> Proof:
    """The proof that is kept in a file.

    :raises UserError: it cannot be read, or is none.
    """
    where = project.relative(path)
    data = read_json(path, where, fix="take it back from git").value
    _validate(data, where)
    pages = {
        name: {language: _page(name, language, page, project) for language in project.languages}
        for name, page in data.pop("pages").items()
    }
    counts = {
        language: dict(sum((Counter(page[language].counts) for page in pages.values()), Counter[str]()))
        for language in project.languages
    }
    return Proof(
        **{**data, "guide": {**data["guide"], "dirty": False}},
        complete=True,
        chain=list(pages),
        counts=counts,
        pages=pages,
        failure=None,
    )


def _page(name: str, language: str, page: dict[str, Any], project: Project) -> PageVerdict:
    blocks = []
    for block, kind, verdict, seconds, attempts, sha256, *reason in page["blocks"]:
        ran = language == project.primary
        blocks.append(
            BlockVerdict(
                name=block,
                id=None if ":" in block else block,
                kind=kind,
                line=0,  # it is not kept, for prose moves it
                source="",
                sha256=sha256,
                verdict=verdict,
                reason=page["reasons"].get(language, {}).get(block, *(reason or [""])),
                seconds=seconds if ran else 0.0,
                attempts=attempts if ran else 0,
            )
        )
    path = project.relative(project.page_path(name, language))
    counts = dict(Counter(block.verdict for block in blocks))
    return PageVerdict(path, page["sha256"], page["pins"], counts, blocks)


def load_all(project: Project) -> list[Proof]:
    """All proofs that are kept.

    :raises UserError: one of them is none.
    """
    return [read(path, project) for path in sorted(project.kept_proofs.glob("*.json"))]


def same_run(one: Proof, other: Proof) -> bool:
    """Whether two proofs are of one run: the kept one and the one that it was made from."""
    return (one.provider, one.mode, one.started, one.finished) == (
        other.provider,
        other.mode,
        other.started,
        other.finished,
    )


def durations(project: Project, provider: str) -> dict[str, float]:
    """Seconds that each block took in the kept run on this provider, by name; for estimates only."""
    path = path_of(provider, project)
    try:
        made = read(path, project) if path.is_file() else None
    except UserError:
        return {}  # a check says what is wrong with it
    if made is None:
        return {}
    return {name: took for page in made.pages for name, took in made.times(page).items() if took > 0}
