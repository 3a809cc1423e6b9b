"""Goes into a machine's folder, in namespaces of its own, and becomes the script that runs there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from guide.sandbox import mounts
from guide.sandbox.mounts import Flag


def enter(plan: dict[str, Any]) -> None:
    """Make the machine's folder the root of this process.

    :param plan: what :class:`rehearsal.machine.Machine` wrote.
    """
    root = Path(plan["root"])
    mounts.mount("none", "/", flags=Flag.PRIVATE | Flag.RECURSIVE)
    mounts.bind(root, root)
    for there, here in plan["shown"].items():
        if Path(here).exists():
            mounts.bind(here, f"{root}{there}", read_only=True)
    mounts.mount("proc", root / "proc", "proc", Flag.NO_SUID | Flag.NO_DEV | Flag.NO_EXEC)
    for folder in ("sys", "dev"):
        mounts.bind(f"/{folder}", root / folder, recursive=True)
    mounts.tmpfs(root / "dev/shm", 0o1777)
    mounts.tmpfs(root / "run")
    # Before the user is made there is no home to show them in.
    if Path(f"{root}{plan['user_home']}").exists():
        for number, (there, here) in enumerate(plan["caches"].items()):
            _show_cache(Path(plan["folder"], f"cache-{number}"), here, Path(f"{root}{there}"))
    subprocess.run(["hostname", "runner"], check=True)
    mounts.pivot(root)


def _show_cache(own: Path, here: str, target: Path) -> None:
    """Show a folder of ours at ``target``; what is written there goes to the folder ``own``."""
    upper, work = own / "upper", own / "work"
    for folder in (upper, work, target):
        folder.mkdir(parents=True, exist_ok=True)
    # Another owner is no other content.
    options = f"lowerdir={here},upperdir={upper},workdir={work},metacopy=on"
    mounts.mount("overlay", target, "overlay", options=options)


def main() -> None:
    """Read the plan from standard input, and become its script."""
    plan = json.load(sys.stdin)
    enter(plan)
    with open("/dev/null") as nothing:  # noqa: PTH123 - a file descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    if Path(plan["checkout"]).exists():
        os.chdir(plan["checkout"])
    environment = plan["environment"] | {"HOME": plan["home"], "USER": plan["user"]}
    identity = ["--reuid", plan["user"], "--regid", plan["user"], "--init-groups"]
    script = Path("/run/script")
    script.write_text(plan["script"], encoding="utf-8")
    os.execve(
        "/usr/bin/setpriv",
        ["setpriv", *identity, "bash", *plan["options"], str(script)],
        environment,
    )


if __name__ == "__main__":
    main()
