"""What kustomizations come to, as kustomize itself says; worked out once for what goes into it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from guide import upstream
from guide.manifests.kustomization import FILE, is_address, leads_out
from guide.manifests.vendored import vendored
from guide.paths import cache_dir
from guide.sandbox.cache import make_once
from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_yaml, yamlfile
from walkthrough.progress import Progress

#: What kustomize finds around it: no git, which an address may tell to run a program, and no way to the
#: network (a proxy that nobody is). Any of a dozen fields may hold an address, also in what it stands on.
_SHUT_IN = {"PATH": "", "HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}

# Part of the cache's names: count up when what is stored changes.
_FORMAT = 2


@dataclass(frozen=True)
class Renderer:
    """Renders kustomizations, or remembers what came out of the same input.

    :param kustomize: the program to run, see ``sandbox/binaries.toml``.
    """

    kustomize: Path
    progress: Progress

    def render(self, folder: Path) -> list[Any]:
        """The manifests that the kustomization in ``folder`` comes to, as ``kubectl kustomize`` prints them.

        Pinned upstream files are put where the reader keeps them, so no network is needed.

        :raises UserError: kustomize refuses, an upstream file cannot be had, or is named by its address.
        """
        inputs = _Inputs.of(folder.resolve())

        def make(part: Path) -> None:
            (part / "manifests.json").write_text(json.dumps(self._built(inputs)), encoding="utf-8")

        made = make_once(
            cache_dir() / "rendered",
            folder.name,
            inputs.key(self._program_digest),
            make,
            self.progress,
            title=f"rendering {folder.name}",
        )
        manifests: list[Any] = json.loads((made / "manifests.json").read_text(encoding="utf-8"))
        return manifests

    @cached_property
    def _program_digest(self) -> str:
        return upstream.digest_of(self.kustomize)

    def _built(self, inputs: _Inputs) -> list[Any]:
        with tempfile.TemporaryDirectory(prefix="guide-kustomize-") as scratch:
            top = Path(scratch) / "manifests"
            copy = inputs.copy_to(top)
            done = subprocess.run(
                [str(self.kustomize), "build", str(copy)],
                capture_output=True,
                text=True,
                cwd=scratch,
                env={"TMPDIR": scratch, **_SHUT_IN},
                timeout=120,
            )
        if done.returncode != 0:
            said = done.stderr.strip().removeprefix("Error: ").replace(f"{top}/", "")
            raise UserError(
                f"kustomize refuses it: {said}",
                where=str(inputs.folder / FILE),
                fix=f"run 'kubectl kustomize {inputs.folder.name}' and fix what it says",
            )
        return [document.data for document in yamlfile.load(done.stdout, str(inputs.folder / FILE))]


@dataclass(frozen=True)
class _Inputs:
    """All that decides what a kustomization comes to, but for the program.

    :param folder: the folder of the kustomization.
    :param parts: what is written in it and in those that it stands on, by folder.
    :param pinned: the upstream files that they name, by where the reader keeps them.
    """

    folder: Path
    parts: dict[Path, Any] = field(default_factory=dict)
    pinned: dict[Path, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> _Inputs:
        """Find them.

        :raises UserError: an upstream file cannot be had, or is named by its address.
        """
        inputs = cls(folder)
        inputs._add(folder)
        return inputs

    def _add(self, folder: Path) -> None:
        if folder in self.parts:
            return
        self.parts[folder] = data = read_yaml(folder / FILE).value
        others = vendored(folder)
        for name in (*_list(data, "resources"), *_list(data, "components")):
            if is_address(name):
                raise UserError(
                    f"{name} is an address, and what is behind it would be checked by nobody",
                    where=str(folder / FILE),
                    fix="'guide check' says how to name it",
                )
            if leads_out(folder, name):
                raise UserError(
                    f"{name} leads out of the manifests",
                    where=str(folder / FILE),
                    fix="name what lies there, or put a copy there",
                )
            if name in others:
                self.pinned[folder / name] = upstream.fetch(others[name].url)
            elif harmless.is_file(folder / name / FILE):
                self._add((folder / name).resolve())

    def key(self, program_digest: str) -> str:
        """The hash of all of it and of the program."""
        pins = [upstream.digest_of(path) for _, path in sorted(self.pinned.items())]
        digest = hashlib.sha256(json.dumps([_FORMAT, program_digest, pins]).encode())
        for folder in sorted(self.parts):
            for path in _files(folder):
                name = os.path.relpath(path, self.folder)
                digest.update(f"\0{name}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def copy_to(self, top: Path) -> Path:
        """Lay them out below ``top``, upstream files included.

        :return: where the folder of the kustomization is then.
        """
        around = os.path.commonpath([folder.parent for folder in self.parts])
        copies = {folder: top / folder.relative_to(around) for folder in self.parts}
        for folder, copy in copies.items():
            shutil.copytree(folder, copy, dirs_exist_ok=True)
        for place, file in self.pinned.items():
            shutil.copyfile(file, top / place.relative_to(around))
        return copies[self.folder]


def _list(data: Any, key: str) -> list[str]:
    """What a kustomization lists there; what is wrong in it, kustomize says itself."""
    names = data.get(key) if isinstance(data, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
