"""Where the time of a recorded run went: by page, by kind of block, and what the harness itself took.

python -m bench.chain [--cluster sandbox] [--longest 10]
"""

from __future__ import annotations

from bench.figures import machine, parser
from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.proof import storage


def main() -> None:
    """Run by hand, after ``guide verify``."""
    command_line = parser(__doc__)
    command_line.add_argument("--cluster", default="sandbox")
    command_line.add_argument("--longest", type=int, default=10)
    arguments = command_line.parse_args()
    made = storage.load(arguments.cluster, Project(ROOT))
    if made is None:
        raise SystemExit(str(UserError(f"no run on {arguments.cluster} is recorded", fix="guide verify")))
    print(f"{machine()}\nproven {made.finished}, {len(made.chain)} pages\n")
    blocks = [block for languages in made.pages.values() for block in languages["nb"].blocks]
    inside = sum(block.seconds for block in blocks)
    print(f"the run      {made.seconds:7.1f} s")
    print(f"in blocks    {inside:7.1f} s  {inside / made.seconds:5.1%}")
    print(
        f"around them  {made.seconds - inside:7.1f} s  {1 - inside / made.seconds:5.1%}, cluster included\n"
    )
    for name, languages in made.pages.items():
        took = sum(block.seconds for block in languages["nb"].blocks)
        if took:
            print(f"{name:22} {took:7.1f} s  {took / inside:5.1%}")
    print()
    for block in sorted(blocks, key=lambda block: -block.seconds)[: arguments.longest]:
        print(f"{block.name:34} {block.seconds:7.1f} s")
    print()
    for name, took in made.measured.items():
        print(f"{name.replace('-', ' '):34} {took:7.1f} s")


if __name__ == "__main__":
    main()
