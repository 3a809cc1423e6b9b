"""Everything that can be said about the guide without a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guide import archivist, contracts, versions
from guide.inputs import every
from guide.manifests import schema_errors
from guide.manifests.rendering import Renderer
from guide.paths import MANIFESTS, ROOT
from guide.pins import maintenance as pins
from guide.sandbox.binaries import ensure
from guide.site import strict
from walkthrough.errors import UserError
from walkthrough.inputs import places
from walkthrough.pages.loading import Site, each_once
from walkthrough.pages.rules import Kind
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.run.verify import problems
from walkthrough.terminal import arguments, joins, kept, pasted, reading, swallowed, words


@dataclass(frozen=True)
class Checked:
    """What a check has found.

    :param counts: how much was checked, for people.
    :param errors: everything that is wrong.
    :param unread: facts about originals that are to be read again; no errors, for a moved pin may be right.
    """

    counts: str
    errors: list[UserError]
    unread: list[UserError]


def check(progress: Progress, *, keep_site: bool = False) -> Checked:
    """Check pages, languages, manifests, the pins of their images, and the contracts of what stands in.

    :param keep_site: build the site with all that the checkout brings to it, and keep it.
    """
    with each_once():
        return _check(progress, keep_site=keep_site)


#: What is read before pages are, by readers that quote what they do not understand.
_SETTINGS = ("mkdocs.yml", "pyproject.toml", "requirements.lock", "bench", "docs-dev", "proofs", "sandbox")


def _check(progress: Progress, *, keep_site: bool) -> Checked:
    if led := list(places.led_out(ROOT, _SETTINGS)) or list(_not_to_be_read()):
        return Checked("", led, [])
    with progress.task("Reading all files"):
        errors = list(every.errors(ROOT))
    try:
        with progress.task("Reading the pages"):
            guide, wrong = problems(Project(ROOT))
    except UserError as error:
        # Without a reading order, or a table that the steps are read by, there is nothing to go on with.
        return Checked("", _once([*errors, error]), [])
    errors += wrong
    # Before what follows from them: of a version that was changed in one place, the others come first.
    try:
        errors += versions.errors(Project(ROOT))
    except UserError as error:
        errors.append(error)
    with progress.task("Reading the steps as bash and zsh do"):
        errors += in_both_shells(guide)
    try:
        renderer = Renderer(ensure(["kustomize"], progress)["kustomize"], progress)
    except UserError as error:
        errors.append(error)
        renderer = None
    with progress.task("Checking the manifests"):
        try:
            errors += [_with_pages(error, guide) for error in schema_errors(renderer=renderer)]
        except UserError as error:
            errors.append(error)
    # What is wrong with a manifest is said already, and it may not even be possible to render it.
    if renderer is not None and not errors:
        with progress.task("Checking the pins of images"):
            errors += pins.errors(renderer)
    kept, wrong = archivist.check()
    errors += wrong
    for line in kept:
        progress.line(line)
    try:
        unheld = contracts.errors(ROOT, guide)
        unread = [] if unheld else contracts.unread(ROOT)
    except UserError as error:
        unheld, unread = [error], []
    errors += unheld
    # It takes longest, and most of what is wrong it would say once more, and less well.
    if not errors:
        with progress.task("Building the site strictly", estimate=6):
            errors += strict.errors(ROOT, keep=keep_site)
    names = {name for _, name in guide.pages}
    blocks = sum(1 for language in guide.languages for _ in guide.blocks(language))
    manifests = sum(1 for path in MANIFESTS.rglob("*.yaml") if path.parent != MANIFESTS)
    counts = f"{len(names)} pages in {len(guide.languages)} languages, {blocks} blocks, {manifests} manifests"
    return Checked(counts, _once(errors), unread)


def _not_to_be_read() -> Iterator[UserError]:
    try:
        docs = Project(ROOT).docs
    except UserError:  # told by who reads all files
        docs = ROOT / "docs"
    yield from places.unread(ROOT, docs)


def _once(errors: list[UserError]) -> list[UserError]:
    """Each error once: a file may be read by more than one part."""
    return list({str(error): error for error in errors}.values())


def in_both_shells(guide: Site) -> list[UserError]:
    """What :func:`problems` leaves: it reads with the shells that are here, and runs the steps in bash."""
    missing = [
        UserError(
            f"{shell} is not on this machine, so nobody has read the steps as it does",
            fix="set up what the checks need: tools/setup check",
        )
        for shell in reading.SHELLS
        if shell not in reading.available()
    ]
    blocks = list(pasted.blocks(guide))
    run = list(pasted.blocks(guide, checks=True))
    ran = [block for block in run if block.runs]
    compared = swallowed.compared(guide)
    return [
        *missing,
        *words.findings(blocks),
        *kept.findings(blocks),
        *joins.findings(blocks),
        *arguments.findings(run),
        *swallowed.findings(ran, compared),
        *swallowed.unused(ran, compared),
    ]


def _with_pages(error: UserError, guide: Site) -> UserError:
    """An error in a manifest, with the pages that show it."""
    shown = ", ".join(_shown_at(error.where or "", guide))
    if not shown:
        return error
    return UserError(error.what, where=f"{error.where}, shown at {shown}", fix=error.fix)


def _shown_at(where: str, guide: Site) -> Iterator[str]:
    path, _, _ = where.partition(":")
    for language in guide.languages:
        for block in guide.blocks(language):
            if block.kind is Kind.MANIFEST and f"manifests/{block.title}" == path:
                yield str(block.where)
