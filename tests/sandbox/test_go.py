"""The sandbox's Go packages pass their own tests, and nginx takes what the ingress controller writes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from guide.paths import ROOT
from guide.sandbox import debian, image_table
from guide.sandbox.binaries import Recipe, recipes
from guide.sandbox.toolchain import Toolchain, environment
from walkthrough.progress import Progress

SANDBOX = ROOT / "sandbox"
PACKAGES = sorted({path.parent for path in SANDBOX.rglob("*_test.go")})
PROGRAMS = [one for one in recipes().values() if isinstance(one, Recipe)]


def module_of(package: Path) -> Path:
    return next(folder for folder in (package, *package.parents) if (folder / "go.mod").exists())


def test_there_are_go_tests() -> None:
    assert {"oci", "nginx-ingress", "hostpath-provisioner", "cert-manager"} <= {
        path.name for path in PACKAGES
    }


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_go(package: Path) -> None:
    module = module_of(package)
    # With the flags of the program that it is part of, so that nothing is compiled twice. Vetting would
    # look through every dependency.
    *flags, _ = next(one for one in PROGRAMS if one.module in (module, *module.parents)).arguments()
    tested = subprocess.run(
        [Toolchain.find(module).go, "test", "-vet=off", *flags, f"./{package.relative_to(module)}"],
        cwd=module,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_go_sources_are_formatted() -> None:
    gofmt = Toolchain.find(SANDBOX).go.resolve().with_name("gofmt")
    found = subprocess.run([gofmt, "-l", SANDBOX], capture_output=True, text=True, check=True)
    assert found.stdout == ""


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mmdebstrap") is None,
    reason="unpacks nginx and runs it: root, mmdebstrap",
)
@pytest.mark.parametrize("name", ["nothing.conf", "shop.conf"])
def test_nginx_takes_the_configuration(name: str, tmp_path: Path) -> None:
    with Progress(io.StringIO()) as progress:
        packages = image_table.Table().debian["nginx"]["packages"]
        unpacked = debian.root("nginx", packages, progress)
    root = tmp_path / "root"
    shutil.copytree(unpacked, root, symlinks=True)
    shutil.copytree(SANDBOX / "images" / "base", root, dirs_exist_ok=True)
    for folder in ("etc/nginx/secrets", "var/lib/nginx", "var/cache/nginx", "dev"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "dev/stdout").touch()
    shutil.copy(SANDBOX / "cmd/nginx-ingress/testdata" / name, root / "etc/nginx/nginx.conf")
    certificate, key = root / "etc/nginx/secrets/shop-shop-tls-SUM", tmp_path / "key"
    files = ["-out", str(certificate), "-keyout", str(key)]
    asked = ["-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=cafe.test", *files]
    subprocess.run(["openssl", "req", *asked], check=True, capture_output=True)
    with certificate.open("a") as file:
        file.write(key.read_text())

    # In a network of its own: the test of a configuration also listens where it says.
    tested = subprocess.run(
        ["unshare", "--net", "chroot", root, "/usr/sbin/nginx", "-t"], capture_output=True, text=True
    )
    assert "test is successful" in tested.stderr, tested.stderr
    assert "[warn]" not in tested.stderr
