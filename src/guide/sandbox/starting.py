"""Starts a machine: what it is made of and what answers outside it is written down, then it begins."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from guide.pins import lockfile
from guide.sandbox import (
    admission,
    cgroups,
    image_table,
    interpreter,
    keeping,
    layout,
    registries,
    repositories,
)
from guide.sandbox.addons import ADDONS
from guide.sandbox.answers import Answers, hosts
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.configuration import files
from guide.sandbox.files import File
from guide.sandbox.outside import Outside
from guide.sandbox.pki import Authority
from guide.sandbox.state import Lock, State, write
from guide.sandbox.supply import ANSWERS, MIRROR, Supply
from guide.upstream import fetch, lock
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.progress import Progress

MACHINE = SANDBOX / "machine"
#: The programs that are on the machine, and all that its start needs.
NODE = ("kubelite", "kubectl", "etcd", "containerd", "containerd-shim-runc-v2", "ctr", "network-policies")
BINARIES = (*NODE, "coredns", "registry")


def specify(
    state: State,
    options: Options,
    outside: Authority,
    binaries: Mapping[str, Path],
    facts: keeping.Facts | None,
) -> Path:
    """Write the file that the machine is made by.

    :param outside: certifies what answers outside the machine.
    :param binaries: the path of each of :data:`BINARIES`.
    :param facts: of a machine that was kept and comes back; none for a new one.
    """
    refs = (row["ref"] for row in image_table.Table().images)
    policy = File(layout.POLICY, admission.policy(refs, lockfile.load().values()))
    specification = {
        "binaries": {name: str(binaries[name]) for name in NODE},
        "commands": str(MACHINE / "bin"),
        "shown": interpreter.folders(),
        "addons": {addon.name: addon.render(fetch(addon.url).read_text()) for addon in ADDONS},
        # A machine that was there before has its own, and its reader may have changed them.
        "files": [dataclasses.asdict(file) | {"path": str(file.path)} for file in (*files(outside), policy)]
        if facts is None
        else None,
        "address": facts.address if facts else layout.NODE_ADDRESS,
        "group": state.group.name,
        "watch_parent": not options.keep,
    }
    path = state.folder / "node.json"
    write(path, json.dumps(specification), mode=0o600)
    return path


def launch(state: State, options: Options, held: Lock, specification: Path) -> subprocess.Popen[bytes]:
    """Start what makes the machine and keeps it; it holds the lock from then on."""
    node = [sys.executable, "-P", "-m", "guide.sandbox.node", str(specification), str(held.descriptor)]
    # The control groups come first: they become the roots of the machine's namespace.
    command = [*cgroups.entering(state.group.folders), *node]
    with (state.logs / "node.log").open("a") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if options.keep else subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={"PATH": layout.ENVIRONMENT["PATH"], "LANG": "C.UTF-8"},
            cwd="/",
            pass_fds=[held.descriptor],
            start_new_session=True,
        )


def surround(
    state: State, options: Options, supply: Supply, binaries: Mapping[str, Path], progress: Progress
) -> Authority:
    """Write what answers outside the machine; the authority that certifies it."""
    folder = state.folder / "outside"
    folder.mkdir(exist_ok=True)
    upstream = _upstream()
    for why in upstream.absent.values():
        progress.line(f"Not there in the sandbox: {why}")
    cloned = Answers(repositories.ensure(options.products, progress), {})
    answers = supply.serve(folder, upstream.also(cloned))
    known = registries.known((row["ref"] for row in image_table.Table().images), lockfile.load().values())
    outside = Outside(
        folder=str(folder),
        logs=str(state.logs),
        answers=str(folder / ANSWERS),
        hosts=sorted({*hosts(answers), *known}),
        images=str(folder / MIRROR),
        registry=str(binaries["registry"]),
        coredns=str(binaries["coredns"]),
        known=known,
    )
    write(folder / "outside.json", json.dumps(dataclasses.asdict(outside)))
    authority = keeping.authority(state.folder)
    if authority is None:
        authority = Authority("gitops-guide sandbox")
        keeping.remember(authority, state.folder)
    server = authority.issue("outside", hosts=outside.hosts)
    write(folder / "outside.crt", server.certificate_pem)
    write(folder / "outside.key", server.key_pem, mode=0o600)
    return authority


def _upstream() -> Answers:
    """The file of every pinned address, and why the others have none."""

    def look(url: str) -> tuple[str, Path | None, str]:
        try:
            return url, fetch(url), ""
        except UserError as error:
            return url, None, error.what

    # Side by side: a network that swallows everything is asked once for a minute, not once a file.
    with ThreadPoolExecutor(max_workers=32) as pool:
        looked = list(pool.map(look, lock()))
    return Answers(
        files={url: path for url, path, _ in looked if path is not None},
        absent={url: why for url, path, why in looked if path is None},
    )
