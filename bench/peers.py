"""The same small page through this harness and through three others: what each costs, in processor seconds.

python -m bench.peers [--steps 20] [--times 3]

The others are installed into an environment that is thrown away, pinned by their hashes. Each is given
the page in the form that it reads: the steps and their outputs are the same. pytest-markdown-docs runs Python
only, so its steps are Python that starts bash. What each can do is told in decision record 0115.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.figures import machine, parser, processor
from bench.harness import small_site, verifying
from guide.paths import ROOT

PINS = """\
click==8.5.1 --hash=sha256:8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37
iniconfig==2.3.1 --hash=sha256:9121e2c1fdb355232495be3194c8dfe87ccc2d5dee45947b78e68f499790d7a7
markdown-it-py==3.0.0 --hash=sha256:355216845c60bd96232cd8d8c40e8f9765cc86f46880e43a8fd22dc1a1a8cab1
mdurl==0.1.2 --hash=sha256:84008a41e51615a49fc9966191ff91509e3c40b939176e643fd50a5c2196b8f8
packaging==26.4 --hash=sha256:81383611a09c1bc0b08b76e0fd5829d7c6824c65b27a6aee339da133f4233ea2
pexpect==4.9.0 --hash=sha256:7236d1e080e4936be2dc3e326cec0af72acf9212a7e1d060210e70a47e253523
pluggy==1.7.0 --hash=sha256:7dd7b0d8832ba3cb632c306926ded123429211b83641b35dc5c41ad2d34f9bec
ptyprocess==0.7.0 --hash=sha256:4b41f3967fce3af57cc7e94b888626c18bf37a083e3651ca8feeb66d492fef35
pygments==2.21.0 --hash=sha256:2363c69b61c4a97c838da3b130dcd6468f4848992b21a82f2a63ec34377137d9
pytest==9.2.0 --hash=sha256:07acdcf88ec174f907dc01af70bf52d49b014bbab03faeeade31c96b18c2e588
pytest-markdown-docs==0.9.2 --hash=sha256:9c05a5bee48214cb36583d4a5131d3a23b327a8d82c92ae860106053fd7d1f9e
sybil==10.1.0 --hash=sha256:b3015f7e0ca3fe197ae67117c440710b62ea500078d4414ebd0ab804d12c9897
tesh==0.3.2 --hash=sha256:a1e829d61f58afaf9450a3bb95ca2780e945771b881c3080ee4906778daf33df
"""

#: Sybil has no shell of its own: its documentation says to write an evaluator, and this is one.
CONFTEST = """\
from subprocess import check_output

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser


def evaluate(example):
    command, _, expected = example.parsed.partition("\\n")
    actual = check_output(["bash", "-c", command.removeprefix("$ ")], text=True)
    assert actual == expected, actual


pytest_collect_file = Sybil([CodeBlockParser("bash", evaluate)], pattern="*.md").pytest()
"""


def fence(info: str, body: str) -> str:
    """One block."""
    return f"```{info}\n{body}\n```\n\n"


def ours(root: Path, steps: int) -> list[str]:
    """This harness."""
    small_site(root, steps, "")
    return verifying()


def in_sybil(root: Path, steps: int) -> list[str]:
    """Sybil with an evaluator of a few lines."""
    (root / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    blocks = [fence("bash", f"$ echo {number}\n{number}") for number in range(steps)]
    (root / "index.md").write_text("".join(blocks), encoding="utf-8")
    return ["python", "-m", "pytest", "-q", "-p", "no:markdown-docs"]


def in_markdown_docs(root: Path, steps: int) -> list[str]:
    """pytest-markdown-docs: each step is Python that starts bash."""
    body = 'import subprocess\nassert subprocess.check_output(["bash", "-c", "echo {0}"]) == b"{0}\\n"'
    blocks = [fence("python", body.format(number)) for number in range(steps)]
    (root / "index.md").write_text("".join(blocks), encoding="utf-8")
    return ["python", "-m", "pytest", "-q", "--markdown-docs"]


def in_tesh(root: Path, steps: int) -> list[str]:
    """tesh: one live shell for the page."""
    blocks = [fence('console tesh-session="a"', f"$ echo {number}\n{number}") for number in range(steps)]
    (root / "index.md").write_text("".join(blocks), encoding="utf-8")
    return ["tesh", "index.md"]


def in_bash(root: Path, steps: int) -> list[str]:
    """One script, with nothing compared."""
    (root / "all.sh").write_text("".join(f"echo {number}\n" for number in range(steps)), encoding="utf-8")
    return ["bash", "-euo", "pipefail", "all.sh"]


PEERS: dict[str, Callable[[Path, int], list[str]]] = {
    "bash": in_bash,
    "walkthrough": ours,
    "sybil": in_sybil,
    "pytest-markdown-docs": in_markdown_docs,
    "tesh": in_tesh,
}


def cost(command: list[str], root: Path, programs: Path) -> float:
    """Processor seconds that a command takes, with all that it waits for."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    if command[0] != sys.executable:
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(root), "LANG": "C.UTF-8"}
    before = processor()
    done = subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True, text=True)
    spent = processor() - before
    if done.returncode:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return spent


def environment(folder: Path) -> Path:
    """Install the others, and say where their programs are."""
    (folder / "pins.txt").write_text(PINS, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run([*pip, "--requirement", str(folder / "pins.txt")], check=True)
    return folder / "venv/bin"


def main() -> None:
    """Run by hand."""
    command_line = parser(__doc__)
    command_line.add_argument("--steps", type=int, default=20)
    command_line.add_argument("--times", type=int, default=3)
    options = command_line.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="guide-peers-") as name:
        folder = Path(name)
        programs = environment(folder)
        costs: dict[tuple[str, int], list[float]] = {}
        # In turns: whatever else the machine does meets all of them alike.
        for turn in range(options.times):
            for peer, page in PEERS.items():
                for steps in (1, options.steps):
                    root = folder / f"{peer}-{steps}-{turn}"
                    root.mkdir()
                    command = page(root, steps)
                    if (programs / command[0]).exists():
                        command[0] = str(programs / command[0])
                    costs.setdefault((peer, steps), []).append(cost(command, root, programs))
    middle = {key: statistics.median(series) for key, series in costs.items()}
    whole = middle["sybil", options.steps]
    for peer in PEERS:
        one, many = middle[peer, 1], middle[peer, options.steps]
        each = (many - one) / (options.steps - 1) * 1000
        print(
            f"{peer}: {options.steps} steps {many:.2f} s of the processor ({many / whole:.2f} of sybil's), "
            f"of which {one:.2f} s for one; {each:.0f} ms for each further step"
        )


if __name__ == "__main__":
    main()
