"""What of a cluster's state folder is its state, kept and brought back; and what that depends on.

Kept are the folders of the machine's own and what was written over this machine's files (the upper layers),
as they lie on the disk when nothing of the cluster runs. All else is made anew when it starts.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from guide.clusters import settled
from guide.paths import MANIFESTS, ROOT
from guide.sandbox.addons import ADDONS
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.pki import Authority
from guide.sandbox.state import write
from guide.sandbox.toolchain import Toolchain
from guide.upstream import lock
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.machine import keeping
from walkthrough.machine.keeping import NotKeptError

DATA, LAYERS, UPPER = "data", "layers", "upper/files"
#: The authority behind the servers outside the machine, which trusts it for as long as it lives.
AUTHORITY = "outside/authority"
_FACTS = "machine.json"

#: What decides what a machine is, besides the pages, as files and folders of the checkout.
_SOURCES = (
    SANDBOX,
    Path(__file__).parent,
    Path(settled.__file__).parent,
    Path(keeping.__file__).parent,
    ROOT / "requirements.lock",
    MANIFESTS / "images.lock",
)
#: What lies among them and decides nothing: what is known of originals, texts for people, tests.
_ASIDE = re.compile(r"contracts\.toml|.*\.md|.*_test\.go")
#: What tells whether the files of this machine, which lie below the cluster's, are others.
_THIS_MACHINE = (Path("/var/lib/dpkg/status"), Path("/etc/passwd"), Path("/etc/group"))


@dataclass(frozen=True)
class Facts:
    """What the folders do not say.

    :param address: the machine's, which may be another than it began with.
    :param own_users: whether its root is nobody on this machine, so that files belong to others here.
    :param ready: the pods that were Ready.
    """

    address: str
    own_users: bool
    ready: tuple[str, ...]

    def must_have(self, *, own_users: bool) -> None:
        """Refuse what is kept where the machine's users are others now.

        :raises UserError: they are.
        """
        if own_users != self.own_users:
            raise UserError(
                "the files that are kept of this machine belong to other users than those of the machine now",
                fix="begin anew: guide checkpoints drop",
            )


def fingerprint() -> Mapping[str, str]:
    """See :meth:`walkthrough.machine.keeping.Keeping.fingerprint`."""
    pins = lock()
    return {
        "sandbox": _digest(_files(_SOURCES)),
        "addons": json.dumps({addon.url: pins[addon.url] for addon in ADDONS if addon.url in pins}),
        "system": _digest(path for path in _THIS_MACHINE if path.is_file()),
        "go": Toolchain.find(SANDBOX).version,
        "kernel": f"{platform.release()} {platform.machine()}",
    }


def keep(state: Path, target: Path, facts: Facts) -> None:
    """Copy the state of a cluster that has ended.

    :raises NotKeptError: it cannot be copied; nothing is left of it.
    """
    target.mkdir(parents=True, exist_ok=True)
    try:
        _copy(state, target)
        for kind in ("crt", "key"):
            shutil.copy2(state / f"{AUTHORITY}.{kind}", target / f"authority.{kind}")
        whole.write(target / _FACTS, json.dumps(asdict(facts)))
    except BaseException as error:
        shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, OSError | UserError):
            raise NotKeptError(f"the machine's state cannot be copied: {error}") from error
        raise


def bring(kept: Path, state: Path) -> Facts:
    """Copy what is kept into an empty state folder.

    :raises UserError: it is not whole.
    """
    try:
        facts = json.loads((kept / _FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(
            "what is kept of this machine cannot be read",
            where=str(kept),
            fix="guide checkpoints drop, or begin with nothing: --from nothing",
        ) from error
    _copy(kept, state)
    (state / AUTHORITY).parent.mkdir()
    for kind in ("crt", "key"):
        shutil.copy2(kept / f"authority.{kind}", state / f"{AUTHORITY}.{kind}")
    return Facts(facts["address"], facts["own_users"], tuple(facts["ready"]))


def clear(state: Path) -> None:
    """Leave of an ended cluster's folder what :func:`keep` copies, the authority and the logs."""
    for path in state.iterdir():
        if path.name not in (DATA, LAYERS, "logs", "outside"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for layer in (state / LAYERS).iterdir():
        shutil.rmtree(layer / "upper/work")


def authority(state: Path) -> Authority | None:
    """The authority that a kept state brought along."""
    certificate, key = (Path(f"{state / AUTHORITY}.{kind}") for kind in ("crt", "key"))
    if not certificate.exists():
        return None
    return Authority.load(certificate.read_text(), key.read_text())


def remember(authority: Authority, state: Path) -> None:
    """Write down a new machine's authority."""
    write(Path(f"{state / AUTHORITY}.crt"), authority.pair.certificate_pem)
    write(Path(f"{state / AUTHORITY}.key"), authority.pair.key_pem, mode=0o600)


def _copy(source: Path, target: Path) -> None:
    keeping.copy([source / DATA], target)
    for layer in sorted((source / LAYERS).iterdir()):
        keeping.copy([layer / UPPER], target / LAYERS / layer.name / Path(UPPER).parent)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (
            path
            for path in found
            if path.is_file() and "__pycache__" not in path.parts and not _ASIDE.fullmatch(path.name)
        )


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
