"""Files from this machine's own distribution, for images of programs that are not written in Go.

Packages are fetched from where this machine fetches its own and unpacked, not installed: no script
of theirs runs, nothing is there that was not asked for, and it takes seconds.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from guide.paths import cache_dir
from guide.sandbox.cache import key_of, make_once
from walkthrough.errors import UserError
from walkthrough.progress import Progress

#: What an image does without. The packages' own files, not what a program needs to run.
UNWANTED = (
    "dev",
    "etc/apt",
    "etc/fstab",
    "etc/hostname",
    "etc/init.d",
    "etc/resolv.conf",
    "usr/share/bash-completion",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "var/cache",
    "var/lib/apt",
    "var/lib/dpkg",
    "var/log",
)


def root(
    name: str,
    packages: Sequence[str],
    progress: Progress,
    *,
    without: Sequence[str] = (),
    seconds: float | None = None,
) -> Path:
    """A folder with the files of ``packages`` and of all that they depend on.

    :param name: what the cache and the progress call it.
    :param without: patterns of paths that are left out as well, relative to the folder.
    :raises UserError: this is no Debian or a child of it, or a package cannot be had.
    """
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    # What this module does to the files decides them as well.
    decides = [
        sorted(packages),
        sorted(without),
        codename,
        platform.machine(),
        Path(__file__).read_text(encoding="utf-8"),
    ]

    def make(part: Path) -> None:
        with progress.task(f"Unpacking {', '.join(packages)}", seconds):
            _unpack(part / "root", packages, codename)
            remove(part / "root", without)

    folder = make_once(
        cache_dir() / "debian",
        name,
        key_of(decides),
        make,
        progress,
        title=f"unpacking {', '.join(packages)}",
        seconds=seconds,
    )
    return folder / "root"


def sources(codename: str) -> str:
    """Where this machine gets the packages of its distribution, as lines of a ``sources.list``.

    Other repositories on the machine are left out: what they hold is not the distribution's.

    :raises UserError: there is no apt here, or it knows of none.
    """
    fields = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)|$(ORIGIN)"
    listed = run(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"])
    lines = []
    for row in listed.splitlines():
        uri, release, component, signed_by, origin = row.split("|")
        if release.split("-")[0] == codename and origin in {"Debian", "Ubuntu"}:
            key = "" if signed_by.startswith("$") else f"[signed-by={signed_by}] "
            lines.append(f"deb {key}{_address(uri)} {release} {component}\n")
    if not lines:
        raise UserError(
            f"apt knows no repository of {codename or 'this distribution'}",
            where="/etc/apt",
            fix="run 'apt-get update' on a Debian or Ubuntu machine that can reach its repositories",
        )
    return "".join(dict.fromkeys(lines))


def merge_usr(root: Path) -> None:
    """Make ``/bin`` and its like links into ``/usr``, as on an installed system.

    Where packages put their files depends on the release; that the links are there no package sees to.
    """
    for name in ("bin", "sbin", "lib", "lib64"):
        top, below = root / name, root / "usr" / name
        if top.is_dir() and not top.is_symlink():
            shutil.copytree(top, below, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(top)
        if below.is_dir() and not top.is_symlink():
            top.symlink_to(Path("usr", name))


def remove(root: Path, patterns: Sequence[str]) -> None:
    """Remove what the ``patterns`` match below ``root``; what is not there need not go."""
    for path in [path for pattern in patterns for path in root.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _address(uri: str) -> str:
    """The first of a list of mirrors, which hosted runners have in place of an address."""
    if not uri.startswith("mirror+file:"):
        return uri
    listed = Path(uri.removeprefix("mirror+file:").rstrip("/")).read_text(encoding="utf-8")
    return listed.split()[0]


def _unpack(target: Path, packages: Sequence[str], codename: str) -> None:
    run(
        [
            "mmdebstrap",
            "--variant=extract",
            f"--include={','.join(packages)}",
            *(f"--aptopt={option}" for option in apt_options()),
            codename,
            str(target),
            "-",
        ],
        sources(codename),
    )
    remove(target, UNWANTED)
    merge_usr(target)
    _trust_authorities(target)


def _trust_authorities(target: Path) -> None:
    """Write the bundle of certificate authorities, which the package's script would have written."""
    authorities = sorted((target / "usr/share/ca-certificates").rglob("*.crt"))
    if authorities:
        bundle = target / "etc/ssl/certs/ca-certificates.crt"
        bundle.parent.mkdir(parents=True, exist_ok=True)
        bundle.write_text("".join(path.read_text(encoding="ascii") for path in authorities), encoding="ascii")


def apt_options() -> list[str]:
    """How this machine's apt reaches its repositories; mmdebstrap reads no configuration of the machine."""
    kept = ("Acquire::http", "Acquire::https", "Acquire::Check-")
    return [line for line in run(["apt-config", "dump"]).splitlines() if line.startswith(kept)]


def run(command: list[str], standard_input: str = "") -> str:
    """What a command prints.

    :raises UserError: there is no such command, or it failed.
    """
    try:
        ended = subprocess.run(command, input=standard_input, capture_output=True, text=True)
    except FileNotFoundError:
        raise UserError(
            f"there is no {command[0]} here, which gives images their git, nginx and curl",
            fix=f"install {command[0]} (apt-get install mmdebstrap)",
        ) from None
    if ended.returncode != 0:
        tail = "\n".join(ended.stderr.splitlines()[-15:])
        raise UserError(
            f"{command[0]} ended with {ended.returncode}\n{tail}",
            where=" ".join(command),
            fix="see to what it says; 'apt-get update' must work on this machine",
        )
    return ended.stdout
