"""The files of proofs: where each is, written whole or not at all, read and held against the schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from walkthrough import hooks, whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_json
from walkthrough.project import Project
from walkthrough.proof import sense
from walkthrough.proof.record import NORMAL, SCHEMA, BlockVerdict, PageVerdict, Proof

#: What to do about a file that is no proof.
_AGAIN = "run '{} verify' again"


def path_of(provider: str, project: Project, *, complete: bool = True, mode: str = NORMAL) -> Path:
    """Where a provider's proof is written. A partial run, and a run of another mode, has a file of its own,
    so that it never takes the place of a complete and normal one."""
    return project.proofs / _name(provider, complete, mode)


def _name(provider: str, complete: bool, mode: str) -> str:
    kind = "" if mode == NORMAL else f".{mode}"
    return f"{provider}{kind}{'.json' if complete else '.partial.json'}"


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(
        json.loads(files("walkthrough.proof").joinpath("proof.schema.json").read_text("utf-8"))
    )


class OlderFormError(UserError):
    """A proof of an earlier form."""


def _validate(data: Any, where: str) -> None:
    if isinstance(data, dict) and data.get("schema") in range(1, SCHEMA):
        raise OlderFormError(
            "this is no proof: it has an older form", where=where, fix=_AGAIN.format(hooks.program())
        )
    error = next(iter(_validator().iter_errors(data)), None)
    if error is not None:
        raise UserError(
            f"this is no proof: {error.json_path}: {error.message}",
            where=where,
            fix=_AGAIN.format(hooks.program()),
        )
    if why := sense.no_times(data) or sense.apart(data):
        raise UserError(f"this is no proof: {why}", where=where, fix=_AGAIN.format(hooks.program()))


def write(proof: Proof, project: Project) -> Path:
    """Write a proof to its place, whole or not at all.

    :raises UserError: it does not have the documented form.
    """
    path = path_of(proof.provider, project, complete=proof.complete, mode=proof.mode)
    whole.write(path, dumps(proof))
    return path


def dumps(proof: Proof) -> bytes:
    """A proof as its file has it.

    :raises UserError: it does not have the documented form.
    """
    data = asdict(proof)
    _validate(data, f"the proof of this run on {proof.provider}")
    # What a step printed may hold half a character, which no file of text can.
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")


def read(path: Path) -> Proof:
    """The proof in a file.

    :raises UserError: it cannot be read, or is none.
    """
    data = read_json(path, str(path), fix=_AGAIN.format(hooks.program())).value
    _validate(data, str(path))
    name = _name(data["cluster"]["provider"], data["complete"], data["mode"])
    if path.name != name:
        # Under another name it would be shown, or kept, as what it is not.
        raise UserError(
            f"this is the proof of another run: that one's file is {name}",
            where=str(path),
            fix=f"give it that name, or take it away and {_AGAIN.format(hooks.program())}",
        )
    pages = {
        name: {
            language: PageVerdict(**{**page, "blocks": [BlockVerdict(**block) for block in page["blocks"]]})
            for language, page in languages.items()
        }
        for name, languages in data["pages"].items()
    }
    return Proof(**{**data, "pages": pages})


def load(provider: str, project: Project, *, complete: bool = True, mode: str = NORMAL) -> Proof | None:
    """A provider's last proof; none where there is none.

    :raises UserError: there is one, and it cannot be read.
    """
    path = path_of(provider, project, complete=complete, mode=mode)
    return read(path) if path.is_file() else None


def durations(project: Project, provider: str) -> dict[str, float]:
    """Seconds that each block took in the last run on this provider, by name; for estimates only."""
    known: dict[str, float] = {}
    for complete in (False, True):
        try:
            proof = load(provider, project, complete=complete)
        except UserError:
            continue  # of an older form
        for languages in proof.pages.values() if proof else ():
            for page in languages.values():
                known |= {block.name: block.seconds for block in page.blocks if block.seconds > 0}
    return known
