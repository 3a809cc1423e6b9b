"""What flags of the Go compiler save of a build with an empty compiler cache, and what they cost the program.

    python -m bench.compiler [--program coredns] [--times 20]

Each set of flags has a cache of its own, and all that the compiler runs is counted: seconds of the
processor, as multiples of the same build without them. The cost is how long the program takes to say its
version. Modules are downloaded before. Four builds of CoreDNS take minutes on two idle cores.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.figures import machine, parser, processor, timed
from guide.sandbox import binaries
from guide.sandbox.binaries import Recipe
from guide.sandbox.toolchain import Toolchain, environment

#: Those compared, the first with all others.
FLAGS = ((), ("-dwarf=false",), ("-l",), ("-dwarf=false", "-l"))
VERSION = {"coredns": "-version"}


def build(recipe: Recipe, flags: tuple[str, ...], folder: Path) -> tuple[Path, float]:
    """The program, and the processor seconds of its build in an empty cache."""
    toolchain = Toolchain.find(recipe.module)
    others = [one for one in recipe.arguments() if not one.startswith("-gcflags=")]
    if flags:
        others.insert(0, f"-gcflags=all={' '.join(flags)}")
    program = folder / "program"
    before = processor()
    subprocess.run(
        [toolchain.go, "build", "-o", program, *others],
        cwd=recipe.module,
        env=environment() | {"GOCACHE": str(folder / "cache")},
        check=True,
    )
    return program, processor() - before


def start(program: Path, word: str) -> None:
    """Let a program say its version."""
    subprocess.run([program, word], check=True, capture_output=True)


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--program", default="coredns")
    command_line.add_argument("--times", type=int, default=20, help="starts of each program")
    options = command_line.parse_args()
    recipe = binaries.recipes().get(options.program)
    if not isinstance(recipe, Recipe):
        raise SystemExit(f"no program that is compiled is called {options.program}")
    print(machine())
    listed = [str(Toolchain.find(recipe.module).go), "list", "-deps", recipe.package]
    subprocess.run(listed, cwd=recipe.module, env=environment(), check=True, stdout=subprocess.DEVNULL)
    first: float | None = None
    for flags in FLAGS:
        with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
            program, spent = build(recipe, flags, Path(folder))
            first = first or spent
            told = f"{' '.join(flags) or 'none'}: {spent:.1f} s of the processor, {spent / first:.2f} times"
            told += f"; {program.stat().st_size / 1e6:.0f} MB"
            if word := VERSION.get(options.program):
                median = statistics.median(timed(partial(start, program, word), options.times))
                told += f"; a start {median * 1000:.0f} ms"
            print(told)


if __name__ == "__main__":
    main()
