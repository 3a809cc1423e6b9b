"""A new, minimal machine: the distribution's own files and nothing more, with a user who may use sudo.

It is a folder of files, entered with namespaces of its own; the network and the kernel are this machine's.
How this machine reaches its archive and registries is handed on: sources, proxies and authorities.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from guide.paths import ROOT
from guide.sandbox import debian
from walkthrough.errors import UserError

USER, USER_ID = "runner", 1001
HOME = Path("/home", USER)
CHECKOUT = HOME / "work/guide/guide"
GO = Path("/opt/hostedtoolcache/go/x64")
PYTHON = Path("/opt/hostedtoolcache/Python/x64")
PATH = f"{PYTHON}/bin:{GO}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
UPSTREAM = Path("/mnt/upstream")

#: What GitHub's image has of what the guide needs, and a minimal Debian has not. Nothing more: no hunspell,
#: no zsh, no Chromium, no certutil.
PACKAGES = ("ca-certificates", "curl", "git", "jq", "make", "openssl", "python3", "sudo")

NAMESPACES = ("--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child")

#: Variables by which this machine's clients find their way out.
_WAY_OUT = re.compile(
    r"(?i)\w*_proxy|PIP_(?!FIND_LINKS)\w+|NPM_CONFIG_\w+|SSL_CERT_\w+|\w*CA_(CERTS|BUNDLE)|\w*CAINFO"
)
_GO_WAY_OUT = ("GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GOTOOLCHAIN")
#: Files that do the same.
_FILES_OUT = ("/etc/pip.conf", "/etc/resolv.conf", "/usr/local/share/ca-certificates")


class Machine:
    """The machine in a folder.

    :param folder: an empty folder, on a file system that can hold containers' layers.
    :param codename: the release, by default this machine's.
    :param caches: folders of the user's, each with the folder of this machine that it begins as: path in the
        home there = path here. What is written to them stays apart.
    """

    def __init__(self, folder: Path, codename: str = "", caches: Mapping[str, Path] | None = None) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.caches = {name: here for name, here in (caches or {}).items() if here.is_dir()}
        self.codename = codename or _codename()
        self.way_out = {key: value for key, value in os.environ.items() if _WAY_OUT.fullmatch(key)}
        answers = json.loads(_run("go", "env", "-json", *_GO_WAY_OUT, "GOROOT"))
        self.shown = {GO: answers.pop("GOROOT"), UPSTREAM: os.environ.get("GUIDE_UPSTREAM", _upstream())}
        # Of another release this machine's Python would miss its libraries; the release's own runs there.
        if self.codename == _codename() and sys.base_prefix != "/usr":
            self.shown[PYTHON] = sys.base_prefix
        self.way_out |= {key: value for key, value in answers.items() if value}
        # Control groups are the whole machine's, and named after this folder: a cluster in there must not
        # take those of this machine's clusters for its own, whose processes it cannot see.
        self.way_out["XDG_STATE_HOME"] = f"/var/lib/{folder.name}"
        self.way_out["GUIDE_UPSTREAM"] = str(UPSTREAM)

    def make(self) -> None:
        """Unpack the packages, make the user, and check the repository's last commit out."""
        own = _codename()
        lines = debian.sources(own).replace(f" {own}", f" {self.codename}")
        options = [f"--aptopt={line}" for line in debian.apt_options()]
        debian.run(
            [
                "mmdebstrap",
                "--variant=minbase",
                f"--include={','.join(PACKAGES)}",
                *options,
                self.codename,
                str(self.root),
                "-",
            ],
            lines,
        )
        for path in map(Path, _FILES_OUT):
            there = self.root / path.relative_to("/")
            if path.is_dir():
                shutil.copytree(path, there, dirs_exist_ok=True)
            elif path.exists():
                there.unlink(missing_ok=True)
                shutil.copyfile(path, there)
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost {USER}\n")
        (self.root / "etc/sudoers.d" / USER).write_text(
            f'{USER} ALL=(ALL) NOPASSWD:ALL\nDefaults env_keep += "{" ".join(self.way_out)}"\n'
        )
        self.as_root(f"useradd --create-home --uid {USER_ID} --shell /bin/bash {USER}")
        # As the Python that actions/setup-python brings, it finds its library whoever starts it.
        (self.root / "etc/ld.so.conf.d/python.conf").write_text(f"{PYTHON}/lib\n")
        self.as_root("update-ca-certificates >/dev/null && ldconfig")
        npmrc = Path("~/.npmrc").expanduser()
        for home in ("root", HOME.relative_to("/")) if npmrc.exists() else ():
            shutil.copyfile(npmrc, self.root / home / ".npmrc")
        checkout = self.root / CHECKOUT.relative_to("/")
        _run("git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", str(checkout))
        state = self.way_out["XDG_STATE_HOME"]
        self.as_root(f"chown -R {USER}:{USER} {HOME} && mkdir --mode=1777 {state}")

    def as_root(self, script: str) -> None:
        """Run a script of the preparations.

        :raises UserError: it failed.
        """
        if code := self.run(script, user="root"):
            raise UserError(f"the machine cannot be prepared: {script} ended with {code}")

    def run(
        self,
        script: str,
        environment: Mapping[str, str] | None = None,
        user: str = USER,
        options: Sequence[str] = ("-e",),
    ) -> int:
        """Run a script of bash as a user in the checkout; its output goes where ours goes.

        Whatever it leaves running ends with it, and so it does when we are interrupted.
        """
        plan = {
            "root": str(self.root),
            "folder": str(self.folder),
            "shown": {str(there): here for there, here in self.shown.items()},
            "caches": {str(HOME / name): str(here) for name, here in self.caches.items()},
            "user": user,
            "user_home": str(HOME),
            "home": str(HOME) if user == USER else "/root",
            "checkout": str(CHECKOUT),
            "script": script,
            "options": list(options),
            "environment": {
                "PATH": PATH,
                "LANG": "C.UTF-8",
                "SHELL": "/bin/bash",
                **self.way_out,
                **(environment or {}),
            },
        }
        inside = [sys.executable, str(Path(__file__).with_name("inside.py"))]
        process = subprocess.Popen(
            ["unshare", *NAMESPACES, *inside],
            stdin=subprocess.PIPE,
            text=True,
            # Ctrl-C is ours to hear: the namespaces end with `unshare`.
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        try:
            process.communicate(json.dumps(plan))
        finally:
            process.kill()
            process.wait()
        return process.returncode


def _upstream() -> str:
    return str(ROOT.parent / "shared/upstream")


def _codename() -> str:
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
