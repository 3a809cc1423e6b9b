"""The command line: ``guide``.

Exit codes: 0 all is well; 1 a block, a check or a cluster failed; 2 the command line was wrong;
3 something that it needs is missing on this machine; 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from guide.hooks import PROVIDERS
from guide.paths import ROOT
from walkthrough import ways
from walkthrough.errors import MachineError, UserError
from walkthrough.machine.base import Cluster, Options
from walkthrough.progress import Progress, seconds

if TYPE_CHECKING:
    from guide.manifests.rendering import Renderer

OK, FAILED, USAGE, MISSING, INTERRUPTED = 0, 1, 2, 3, 130
#: Known to the registry, offered to nobody: the harness's own tests run on it.
STAND_IN = "local"

#: What MkDocs takes for the file of a site.
_SITES = ("mkdocs.yml", "mkdocs.yaml")

Function = TypeVar("Function", bound=Callable[..., Any])

build_option = click.option(
    "--build",
    is_flag=True,
    help="Build all of the embedded cluster's programs here, and take none that others have built.",
)


class Provider(click.Choice[str]):
    """A provider's name."""

    def __init__(self) -> None:
        super().__init__(list(PROVIDERS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See :meth:`click.ParamType.convert`."""
        from walkthrough.machine.registry import FOR_TESTS

        if value == STAND_IN and os.environ.get(FOR_TESTS):
            return STAND_IN
        return super().convert(value, param, ctx)


class MissingError(Exception):
    """A :class:`UserError` about the machine, not about the guide."""

    def __init__(self, error: UserError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def prerequisites() -> Iterator[None]:
    """What goes wrong here is something that this machine lacks."""
    try:
        yield
    except UserError as error:
        raise MissingError(error) from error


def _options(name: str, kubeconfig: str | None, keep: bool = False) -> Options:
    return Options(name=name, keep=keep, extra={"kubeconfig": kubeconfig} if kubeconfig else {})


def cluster_options(function: Function) -> Function:
    """The options that choose a cluster."""
    for option in (
        click.option(
            "--kubeconfig",
            metavar="FILE[:CONTEXT]",
            help="The cluster of --cluster kubeconfig; it must be marked as one that may be thrown away.",
        ),
        click.option(
            "--name", default="guide", show_default=True, help="Tells clusters that stand side by side apart."
        ),
        click.option(
            "--cluster",
            "provider",
            type=Provider(),
            default="sandbox",
            show_default=True,
            help="Which kind of throwaway cluster.",
        ),
    ):
        function = option(function)
    return function


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
@click.version_option(package_name="gitops-guide")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Read the guide, prove it, and look at what was proven.

    Exit codes: 0 all is well, 1 something failed, 2 the command line was wrong,
    3 something is missing on this machine, 130 interrupted.
    """
    context.obj = debug
    if context.invoked_subcommand != "cluster":
        _in_the_checkout()


@cli.command()
@click.option("--port", default=8000, show_default=True, help="The first port to try.")
def serve(port: int) -> None:
    """Show the guide in a browser, both languages, with live reload."""
    from guide import serving

    sys.exit(serving.serve(port))


@cli.command()
@click.option(
    "--site",
    "keep_site",
    is_flag=True,
    help="Keep the site that is built, in build/site; hooks, plugins and templates of the checkout run.",
)
def check(keep_site: bool) -> None:
    """Check pages, languages, manifests, pins and contracts, without a cluster. Each finding names page:line.

    Facts about originals that were read in another version than the pinned one are listed, and fail nothing.
    """
    from guide import checks

    with Progress() as progress:
        found = checks.check(progress, keep_site=keep_site)
    for group in found.unread:
        click.echo(f"unread: {group}", err=True)
    for error in found.errors:
        click.echo(f"error: {error}", err=True)
    if found.errors:
        click.echo(f"{len(found.errors)} found", err=True)
        sys.exit(FAILED)
    click.echo(f"all is well: {found.counts}")


@cli.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
@cluster_options
@click.option(
    "--keep", is_flag=True, help="Leave the cluster up, also after a failure, and print how to get into it."
)
@build_option
@ways.options
@click.option(
    "--pytest", "extra", multiple=True, metavar="ARG", help="An argument for pytest; may be repeated."
)
def verify(
    pages: Sequence[str],
    provider: str,
    name: str,
    kubeconfig: str | None,
    keep: bool,
    build: bool,
    extra: Sequence[str],
    **way: Any,
) -> None:
    """Run the pages on a throwaway cluster, and write the proof.

    A PAGE is a name such as 'certificates'; the pages that it stands on come along, but for those before a
    checkpoint. Without one: all of them, from nothing.
    """
    from walkthrough.project import Project
    from walkthrough.run import verify as verification

    _building(build)
    asked = ways.arguments(**way)
    options = _options(name, kubeconfig, keep=keep)
    with Progress() as progress, prerequisites():
        _room(provider, proof=True, checkpoints=asked["checkpoints"])
        _cluster(provider, options, progress).preflight()
    code = verification.run(
        Project(ROOT),
        pages,
        provider,
        options,
        extra_pytest_args=extra,
        **asked,
    )
    sys.exit({0: OK, 2: INTERRUPTED}.get(code, FAILED))


@cli.group()
def checkpoints() -> None:
    """States that 'guide verify --checkpoints' has kept behind pages, to begin at."""


@checkpoints.command("list")
def checkpoints_list() -> None:
    """List them, the oldest first: page, day, commit (+: with changes), size, cost, and whether each holds.

    GUIDE_CHECKPOINTS_GB says how many GB they may take together (10); the oldest go first.
    """
    from walkthrough.checkpoints import listing
    from walkthrough.project import Project

    lines = list(listing.rows(Project(ROOT)))
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("no checkpoints", err=True)


@checkpoints.command("drop")
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
def checkpoints_drop(pages: Sequence[str]) -> None:
    """Remove those behind each PAGE and behind all pages after it; without one: all."""
    from walkthrough.checkpoints import listing, store
    from walkthrough.project import Project

    chosen = listing.chosen(Project(ROOT), pages)
    with Progress() as progress:
        store.drop(chosen, progress)
    click.echo(f"{len(chosen)} checkpoints were removed: {sum(one.size for one in chosen) / 1e6:.0f} MB")


@cli.group()
def cluster() -> None:
    """Throwaway clusters: start one, get into it, see which there are, remove it."""


@cluster.command()
@cluster_options
@build_option
def up(provider: str, name: str, kubeconfig: str | None, build: bool) -> None:
    """Start a cluster and leave it up."""
    _building(build)
    with Progress() as progress:
        chosen = _cluster(provider, _options(name, kubeconfig, keep=True), progress)
        with prerequisites():
            _room(provider)
            chosen.preflight()
        chosen.create()
        try:
            chosen.wait_ready()
        except BaseException:
            chosen.destroy()
            raise
    click.echo(f"The cluster is up. Get into it with: {chosen.shell_hint()}")


@cluster.command()
@cluster_options
@click.argument("command", nargs=-1)
def shell(provider: str, name: str, kubeconfig: str | None, command: Sequence[str]) -> None:
    """Open a shell in a cluster that is up, or run a COMMAND there (after --)."""
    chosen = _cluster(provider, _options(name, kubeconfig, keep=True), Progress())
    argv = chosen.argv(command) if command else chosen.shell()
    # In our place: signals and the terminal are the shell's alone, and so is the exit code.
    os.execvp(argv[0], argv)


@cluster.command()
def status() -> None:
    """Say which clusters there are."""
    from guide.clusters import listing

    rows = listing.clusters()
    for row in rows:
        click.echo(f"{row.provider:<12}{row.name:<16}{row.state:<14}{seconds(row.age)}")
    if not rows:
        click.echo("no clusters", err=True)


@cluster.command()
@cluster_options
def down(provider: str, name: str, kubeconfig: str | None) -> None:
    """Remove a cluster and everything of it. Removing one that is not there is fine."""
    with Progress() as progress, progress.task(f"Removing the {provider} cluster {name}"):
        _cluster(provider, _options(name, kubeconfig), progress).destroy()


@cli.command()
@click.option("--cluster", "provider", type=Provider(), help="Only the proof from this kind of cluster.")
@click.option("--json", "as_json", is_flag=True, help="The whole proof, as its file has it.")
@click.option(
    "--keep", is_flag=True, help="Keep the last whole proof in the repository (of the sandbox, by default)."
)
def proof(provider: str | None, as_json: bool, keep: bool) -> None:
    """Say what the last runs proved, what ran in place of what, and what was not proven."""
    from guide import archivist
    from guide.paths import ROOT
    from walkthrough.project import Project
    from walkthrough.proof import report

    if keep:
        path = archivist.keep(provider or "sandbox")
        click.echo(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes, to be committed")
        return
    click.echo(report.show(Project(ROOT), provider, as_json=as_json), nl=False)


@cli.command()
@click.option("--open", "only_open", is_flag=True, help="Only the facts that no test holds, and why.")
@click.option("--unread", "only_unread", is_flag=True, help="Only the facts that are to be read again.")
def contracts(only_open: bool, only_unread: bool) -> None:
    """List what the guide relies on of the things that the sandbox replaces, and the test of each fact."""
    from guide.contracts import listing
    from guide.paths import ROOT

    click.echo(listing.show(ROOT, only_open=only_open, only_unread=only_unread), nl=False)


@cli.command()
@click.argument("page")
@click.option("--nb", metavar="TITLE", help="The title in Bokmål; the page's name otherwise.")
@click.option("--en", metavar="TITLE", help="The title in English; the page's name otherwise.")
@click.option(
    "--after", metavar="PAGE", help="The page it follows; by default it comes before the cleaning up."
)
def new(page: str, nb: str | None, en: str | None, after: str | None) -> None:
    """Begin a PAGE: a file in each language, a first step, and its place in the reading order."""
    from guide import authoring
    from guide.paths import ROOT
    from walkthrough.project import Project

    project = Project(ROOT)
    plain = page.replace("-", " ").capitalize()
    for path in authoring.new_page(project, page, {"nb": nb or plain, "en": en or plain}, after):
        click.echo(project.relative(path))
    click.echo(f"Next: write it, look at it (make serve), run it (guide verify {page} --update)", err=True)


@cli.command()
@cluster_options
def screens(provider: str, name: str, kubeconfig: str | None) -> None:
    """Take the pictures of the platform's own pages, in a cluster that was kept after the chain."""
    from guide.paths import DOCS, ROOT
    from guide.screens import take
    from walkthrough import whole

    folder = DOCS / "assets" / "screens"
    with Progress() as progress:
        chosen = _cluster(provider, _options(name, kubeconfig, keep=True), progress)
        with progress.task("Taking pictures", estimate=15):
            taken = take(chosen)
    for picture, data in taken.items():
        whole.write(folder / f"{picture}.webp", data)
        click.echo(f"{folder.relative_to(ROOT)}/{picture}.webp  {len(data) / 1000:.1f} kB: look at it")


@cli.group()
def export() -> None:
    """The guide for those who are not on the site: an archive for a disk, or a PDF a language."""


@export.command("offline")
def export_offline() -> None:
    """Write the site as a zip that works from a disk, its search included."""
    from guide.editions import offline
    from guide.paths import EXPORTS, ROOT
    from walkthrough.project import Project

    target = EXPORTS / "gitops-guide.zip"
    with Progress() as progress, progress.task("Packing the site"):
        count = offline.archive(Project(ROOT), target)
    click.echo(f"{target.relative_to(ROOT)}: {count} files, {target.stat().st_size / 1e6:.1f} MB")


@export.command("pdf")
@click.argument("language", type=click.Choice(["nb", "en"]))
def export_pdf(language: str) -> None:
    """Print all pages of a LANGUAGE into one PDF (needs Chromium)."""
    from guide.editions import pdf
    from guide.paths import EXPORTS, ROOT
    from guide.site.texts import as_locale
    from walkthrough.project import Project

    target = EXPORTS / f"gitops-guide.{language}.pdf"
    with Progress() as progress, progress.task("Printing the guide"):
        pdf.write(Project(ROOT), as_locale(language), target)
    click.echo(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")


@cli.command("programs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def pack_programs(folder: Path) -> None:
    """Build the embedded cluster's programs, and pack them into FOLDER with the list that is to be signed."""
    from guide import programs
    from guide.sandbox.binaries import Recipe, ensure, recipes

    programs.never()
    names = [name for name, recipe in recipes().items() if isinstance(recipe, Recipe)]
    with Progress() as progress:
        with prerequisites():
            built = ensure(names, progress)
        with progress.task("Packing them"):
            listed = programs.pack({path.parent.name: path for path in built.values()}, folder)
    click.echo(f"{listed}: {len(built)} programs")


@cli.group()
def upstream() -> None:
    """Files of others that the guide applies: pinned by SHA-256 in manifests/upstream.lock."""


@upstream.command("lock")
@click.argument("urls", nargs=-1, metavar="[URL]…")
def upstream_lock(urls: Sequence[str]) -> None:
    """Pin what is behind each URL today; without one, whatever the guide uses and has not pinned."""
    from guide import upstream as files
    from guide.manifests import used_addresses

    pins = files.lock()
    wanted = list(urls) or [url for url in used_addresses() if url not in pins]
    for url, digest in files.pin(wanted).items():
        before = pins.get(url)
        said = "pinned" if before is None else "as before" if before == digest else f"was {before}"
        click.echo(f"{digest}  {url}  {said}")
    if not wanted:
        click.echo("every address that the guide uses is pinned", err=True)


@upstream.command("fetch")
def upstream_fetch() -> None:
    """Fetch and check every pinned file, so that later runs need no network."""
    from guide import upstream as files

    errors: list[UserError] = []
    for url in files.lock():
        try:
            click.echo(f"{files.fetch(url)}")
        except UserError as error:
            errors.append(error)
    sys.exit(_tell_all(errors))


@cli.group(invoke_without_command=True)
@click.pass_context
def pins(context: click.Context) -> None:
    """Container images that the guide brings: pinned by digest in manifests/images.lock.

    Without a command: list them.
    """
    if context.invoked_subcommand is None:
        context.invoke(pins_list)


@pins.command("list")
def pins_list() -> None:
    """List the images, the digest of each, where it was seen, and the files that bring it."""
    from guide.pins import lockfile

    pinned = lockfile.load()
    for pin in pinned.values():
        click.echo(f"{pin.image}\n  {pin.digest or 'not pinned yet'}")
        for source in (pin.registry, *pin.records):
            if source:
                click.echo(f"  seen {pin.day}: {source}")
        for file in pin.used:
            click.echo(f"  used: {file}")
    count = sum(1 for pin in pinned.values() if pin.digest)
    click.echo(f"{count} of {len(pinned)} images are pinned by digest", err=True)


@pins.command("lock")
def pins_lock() -> None:
    """Bring the list in step with what manifests and steps bring, and write the known digests there."""
    from guide.pins import maintenance

    with Progress() as progress:
        changed = maintenance.lock(_renderer(progress))
    _tell_changed(changed)


@pins.command("resolve")
def pins_resolve() -> None:
    """Ask each image's registry what its tag means today, and pin that."""
    from guide.pins import maintenance

    with Progress() as progress:
        said = maintenance.resolve(_renderer(progress), progress)
    for line in said.changes:
        click.echo(line)
    _tell_changed(said.files)
    sys.exit(_tell_all(said.errors))


@pins.command("check")
@click.option("--online", is_flag=True, help="Ask the registries as well whether a tag has moved.")
def pins_check(online: bool) -> None:
    """Check that the list is whole and every file carries its digests; with --online, that no tag moved."""
    from guide.pins import lockfile, maintenance

    with Progress() as progress:
        found = list(maintenance.errors(_renderer(progress)))
        if online and not found:
            found += maintenance.moved(lockfile.load(), progress)
    sys.exit(_tell_all(found))


def _renderer(progress: Progress) -> Renderer:
    from guide.manifests.rendering import Renderer
    from guide.sandbox.binaries import ensure

    with prerequisites():
        return Renderer(ensure(["kustomize"], progress)["kustomize"], progress)


def _building(build: bool) -> None:
    from guide import programs

    if build:
        programs.never()


def _tell_changed(files: Sequence[Path]) -> None:
    from guide.paths import ROOT

    for file in files:
        click.echo(f"changed: {file.relative_to(ROOT)}", err=True)


def _tell_all(errors: Sequence[UserError]) -> int:
    """Print errors one by one; the exit code that they mean."""
    for each in errors:
        click.echo(f"error: {each}", err=True)
    return FAILED if errors else OK


def _in_the_checkout() -> None:
    """All commands but those about clusters are about this guide: no other project is to take their answer.

    :raises UserError: the working folder is not in the checkout that this program belongs to.
    """
    here = Path.cwd()
    own = next(
        (folder for folder in (here, *here.parents) if any((folder / name).is_file() for name in _SITES)),
        here,
    )
    if own != ROOT and (own != here or not here.is_relative_to(ROOT)):
        raise UserError(
            f"this folder is not in the guide that this program belongs to, {ROOT}",
            where=str(own),
            fix=f"cd {ROOT}, or use the program of the checkout that you are in: .venv/bin/guide",
        )


def _room(provider: str, *, proof: bool = False, checkpoints: bool = False) -> None:
    """Look at the disk, the memory and the rights before minutes are spent."""
    import tempfile

    from guide import room
    from guide.paths import PROOFS, cache_dir, state_dir

    needs = [
        room.Need(Path(tempfile.gettempdir()), 64 << 20, "files of a moment"),
        room.Need(state_dir(), 3 << 30 if provider == "sandbox" else 64 << 20, "the cluster"),
        # What was built and fetched before stays; the first time, Go's own cache comes on top of it.
        room.Need(cache_dir(), 64 << 20 if (cache_dir() / "images").is_dir() else 3 << 30, "programs"),
    ]
    if checkpoints:
        needs.append(room.Need(cache_dir(), 2 << 30, "the next checkpoint"))
    if proof:
        needs.append(room.Need(PROOFS, 16 << 20, "the proof"))
    room.check(needs, memory=room.MEMORY if provider == "sandbox" else 0)


def _cluster(provider: str, options: Options, progress: Progress) -> Cluster:
    from walkthrough.machine.registry import get_cluster

    return get_cluster(provider, options, progress)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. Every error that a person can fix is told without a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with _ended_by(signal.SIGTERM, signal.SIGHUP):
        code = _run(given)
    sys.exit(code if isinstance(code, int) else OK)


@contextmanager
def _ended_by(*numbers: signal.Signals) -> Iterator[None]:
    """Let these signals end the command as Ctrl-C does, so that all that it has begun is cleaned up."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(f"signal {signal.Signals(number).name}")

    # Whoever had them ignored, as nohup does, goes on without them.
    before = {number: signal.getsignal(number) for number in numbers}
    mine = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in mine:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, before[number])


def _run(given: Sequence[str]) -> Any:
    try:
        code = cli.main(list(given), prog_name="guide", standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except MissingError as missing:
        code = _tell(missing.error, given, MISSING)
    except MachineError as refused:
        code = _tell(refused, given, MISSING)
    except UserError as failed:
        code = _tell(failed, given, FAILED)
    except MemoryError:
        full = UserError("there is no memory left", fix="end something else, or take another machine")
        code = _tell(full, given, MISSING)
    except BrokenPipeError:
        # The reader of our output has seen enough; there is nothing left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except OSError as error:
        # What no part of the program has foreseen: the machine's, not the guide's.
        code = _tell(_of_the_machine(error), given, MISSING)
    return code


def _of_the_machine(error: OSError) -> UserError:
    """What the system refused, as a person can fix it."""
    fixes = {
        errno.ENOSPC: "make room on that disk",
        errno.EDQUOT: "make room: the quota is used up",
        errno.EACCES: "let it be read and written by whoever runs this",
        errno.EPERM: "let it be read and written by whoever runs this",
        errno.EROFS: "take a folder that may be written to: XDG_CACHE_HOME, XDG_STATE_HOME, TMPDIR",
        errno.ENOTDIR: "take away the file that stands where a folder should be",
        errno.EEXIST: "take away the file that stands where a folder should be",
    }
    if error.errno == errno.ENOENT and error.filename and "/" not in str(error.filename):
        name = str(error.filename)
        return UserError(f"the program {name} is not on PATH", fix=f"install {name}, or put it on PATH")
    fix = fixes.get(error.errno or 0, "fix that, and run it again; with --debug it says where it arose")
    where = str(error.filename) if error.filename is not None else None
    return UserError(f"this machine refuses: {error.strerror or error}", where=where, fix=fix)


def _tell(error: UserError, given: Sequence[str], code: int) -> int:
    if "--debug" in given:
        raise error
    click.echo(f"error: {error}", err=True)
    return code
