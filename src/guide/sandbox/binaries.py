"""The cluster's programs: compiled from their Go modules once, then cached by content.

``sandbox/binaries.toml`` lists them. A program's cache key covers everything that decides its bytes:
the module files (and with ``go.sum`` every dependency's hash), our own sources, the flags and Go's version.
The few that are no Go modules come from Python packages, see :mod:`guide.sandbox.packaged`. One that others
have built from the very same is taken where an address for that is known, see :mod:`guide.programs`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guide import programs
from guide.forms import held
from guide.paths import ROOT, cache_dir
from guide.sandbox.cache import make_once
from guide.sandbox.packaged import Packaged, locked_version
from guide.sandbox.toolchain import Toolchain
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, read_toml
from walkthrough.inputs.text import filled
from walkthrough.progress import Progress

SANDBOX = ROOT / "sandbox"

#: The linker leaves out what debuggers read (``-w``), so the compiler need not make it: a tenth of its time.
#: The same for all programs: a package that two of them share is compiled once for both.
COMPILER = ("-dwarf=false",)

_REQUIRED = {"package", "title", "seconds"}
_OPTIONAL = {"module", "version-of", "tags", "ldflags", "gcflags", "experiments"}
_PACKAGED = {"python", "title"}


@dataclass(frozen=True)
class Recipe:
    """One program of ``binaries.toml``.

    :param name: the file's name.
    :param module: the folder of its ``go.mod``.
    :param package: what to build: a folder of the module (``./cmd/…``), or a package that it depends on.
    :param title: what it is, for people.
    :param seconds: how long a first build took on two cores.
    :param tags: Go build tags.
    :param ldflags: further flags for the linker.
    :param gcflags: further flags for the compiler, for all packages.
    :param experiments: what upstream builds with of ``GOEXPERIMENT``.
    :param upstream: the upstream module it is made of, empty for our own programs.
    :param version: the version of that module.
    """

    name: str
    module: Path
    package: str
    title: str
    seconds: float
    tags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    gcflags: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    upstream: str = ""
    version: str = ""

    def arguments(self) -> list[str]:
        """The arguments of ``go build`` that decide what comes out."""
        flags = {
            "-tags": ",".join(self.tags),
            "-ldflags": " ".join(("-s", "-w", *self.ldflags)),
            "-gcflags": f"all={' '.join((*COMPILER, *self.gcflags))}",
        }
        return [
            "-trimpath",
            "-buildvcs=false",
            *(f"{name}={value}" for name, value in flags.items()),
            self.package,
        ]

    def key(self, toolchain: Toolchain) -> str:
        """The hash of everything that decides the program's bytes."""
        decided = [toolchain.version, toolchain.arch, *self.experiments, *self.arguments()]
        digest = hashlib.sha256(json.dumps(decided).encode())
        for path in (self.module / "go.mod", self.module / "go.sum", *self._sources()):
            if path.is_file():
                digest.update(f"\0{path.relative_to(self.module)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _sources(self) -> Iterator[Path]:
        folders = (
            [self.module / self.package, self.module / "internal"] if self.package.startswith(".") else []
        )
        # Modules of our own in place of others'.
        replaced = re.compile(r"=> (\./\S+)$", re.MULTILINE)
        folders += map(self.module.joinpath, replaced.findall((self.module / "go.mod").read_text()))
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if not path.name.endswith("_test.go") and "testdata" not in path.parts:
                    yield path


def recipes(sandbox: Path = SANDBOX) -> dict[str, Recipe | Packaged]:
    """Every program that ``binaries.toml`` in the folder ``sandbox`` lists, by name.

    :raises UserError: a row is not as the table's head describes it.
    """
    path = sandbox / "binaries.toml"
    table = held(read_toml(path), "binaries").value
    return {name: _recipe(name, row, path) for name, row in table.items()}


def ensure(names: Iterable[str], progress: Progress, *, sandbox: Path = SANDBOX) -> dict[str, Path]:
    """Take or build the programs called ``names`` that are not in the cache yet.

    :return: the path of each program, ``<cache>/bin/<name>-<key>/<name>``, or below ``taken``.
    :raises UserError: a name is unknown, Go is missing or too old, a program does not compile.
    """
    known = recipes(sandbox)
    wanted = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in known]:
        raise UserError(
            f"no program of the embedded cluster is called {', '.join(unknown)}",
            where=str(sandbox / "binaries.toml"),
            fix=f"the names are {', '.join(known)}",
        )
    chosen = [known[name] for name in wanted]
    modules = {program.module for program in chosen if isinstance(program, Recipe)}
    toolchains = {module: Toolchain.find(module) for module in modules}
    return {
        program.name: program.ensure(progress)
        if isinstance(program, Packaged)
        else _build(program, toolchains[program.module], progress)
        for program in chosen
    }


def _build(recipe: Recipe, toolchain: Toolchain, progress: Progress) -> Path:
    folder, key = cache_dir() / "bin", recipe.key(toolchain)
    if taken := programs.take(recipe.name, key, recipe.title, recipe.seconds, progress):
        return taken

    def build(part: Path) -> None:
        with progress.task(f"Building {recipe.title}", recipe.seconds) as task:
            log = folder / f"{recipe.name}.log"
            toolchain.build(
                recipe.module, recipe.arguments(), part / recipe.name, log, task, recipe.experiments
            )

    made = make_once(
        folder,
        recipe.name,
        key,
        build,
        progress,
        title=f"building {recipe.title}",
        seconds=recipe.seconds,
    )
    return made / recipe.name


def _recipe(name: str, row: Mapping[str, object], path: Path) -> Recipe | Packaged:
    packaged = "python" in row
    required, optional = (_PACKAGED, set[str]()) if packaged else (_REQUIRED, _OPTIONAL)
    if wrong := (row.keys() - required - optional) | (required - row.keys()):
        raise UserError(
            f"the program {name} lacks a key or has one too many: {', '.join(sorted(wrong))}",
            where=str(path),
            fix=f"it must have {', '.join(sorted(required))}; "
            f"it may have {', '.join(sorted(optional)) or 'nothing else'}",
        )
    if packaged:
        version = locked_version(str(row["python"]), path.parent.parent / "requirements.lock")
        return Packaged(
            name, str(row["python"]), filled(str(row["title"]), {"bare": version}, str(path)), version
        )
    module = (path.parent / str(row.get("module", "."))).resolve()
    upstream = str(row.get("version-of", ""))
    version = _version(module, upstream) if upstream else ""
    major, minor = (version.removeprefix("v") + "..").split(".")[:2]
    values = {"version": version, "bare": version.removeprefix("v"), "major": major, "minor": minor}
    return Recipe(
        name=name,
        module=module,
        package=str(row["package"]),
        title=filled(str(row["title"]), values, str(path)),
        seconds=float(str(row["seconds"])),
        tags=_strings(row.get("tags")),
        ldflags=tuple(filled(flag, values, str(path)) for flag in _strings(row.get("ldflags"))),
        gcflags=_strings(row.get("gcflags")),
        experiments=_strings(row.get("experiments")),
        upstream=upstream,
        version=version,
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _version(module: Path, upstream: str) -> str:
    path = module / "go.mod"
    required = re.compile(rf"^(?:require|\t) ?{re.escape(upstream)} (v\S+)", re.MULTILINE)
    found = required.search(read_text(path))
    if found is None:
        raise UserError(f"go.mod does not require {upstream}", where=str(path), fix="correct version-of")
    return found[1]
