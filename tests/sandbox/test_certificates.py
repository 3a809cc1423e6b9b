"""The node's certificates: whose names they have, and which of them a new address renews."""

from __future__ import annotations

import base64
import datetime
import grp
import os
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from guide.sandbox import certificates, files, layout
from guide.sandbox.addresses import readdressing

FIRST, SECOND = ["192.0.2.1"], ["192.0.2.2", "192.0.2.3"]
#: The address that only the API server and the kubelet are called by.
SERVERS = {"server", "kubelet", "front-proxy-client"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine's folder with what a machine at the first address got at its installation."""
    monkeypatch.setattr(layout, "CERTIFICATES", tmp_path / "certs")
    monkeypatch.setattr(layout, "CREDENTIALS", tmp_path / "credentials")
    monkeypatch.setattr(certificates, "_REQUEST", tmp_path / "certs/csr.conf")
    # The reader's group is the machine's own.
    monkeypatch.setattr(os, "chown", lambda *_: None)
    monkeypatch.setattr(grp, "getgrnam", lambda _: grp.getgrgid(0))
    for file in certificates.installed(FIRST):
        files.place(file)
    return tmp_path


def read(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"certs/{name}.crt").read_bytes())


def addresses(folder: Path, name: str) -> list[str]:
    names = read(folder, name).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(address) for address in names.get_values_for_type(x509.IPAddress)]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_kubelet_is_certified_for_its_name_and_the_addresses_of_the_installation(folder: Path) -> None:
    names = read(folder, "kubelet").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [layout.HOSTNAME]
    assert addresses(folder, "kubelet") == FIRST
    assert addresses(folder, "server") == ["127.0.0.1", layout.SERVICE_FIRST, *FIRST]
    for name in {path.stem for path in folder.glob("certs/*.crt")} - SERVERS:
        with pytest.raises(x509.ExtensionNotFound):
            read(folder, name).extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_a_new_address_renews_the_api_servers_and_leaves_the_kubelets(folder: Path) -> None:
    before = contents(folder)
    assert not certificates.outdated(FIRST)
    assert certificates.outdated(SECOND)

    certificates.readdress(SECOND)

    assert not certificates.outdated(SECOND)
    after = contents(folder)
    changed = {name for name, content in after.items() if content != before[name]}
    assert changed == {"certs/server.crt", "certs/front-proxy-client.crt", "certs/csr.conf"}
    assert addresses(folder, "server")[2:] == SECOND
    assert addresses(folder, "kubelet") == FIRST


def test_only_the_authoritys_renewal_reaches_the_kubelet(folder: Path) -> None:
    for certificate in ("server.crt", "front-proxy-client.crt"):
        certificates.renew(certificate, SECOND)
        assert addresses(folder, "kubelet") == FIRST

    certificates.renew("ca.crt", SECOND)

    assert addresses(folder, "kubelet") == addresses(folder, "server")[2:] == SECOND


def test_a_renewed_authority_keeps_its_key_and_what_it_certified_before(folder: Path) -> None:
    before, old = contents(folder), read(folder, "client")

    certificates.renew("ca.crt", SECOND)

    after = contents(folder)
    assert {name for name in before if after[name] == before[name]} == {
        *(name for name in before if name.endswith((".key", ".pub"))),
        "certs/front-proxy-ca.crt",
    }
    old.verify_directly_issued_by(read(folder, "ca"))
    kubeconfig = yaml.safe_load((folder / "credentials/client.config").read_text())
    trusted = base64.b64decode(kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"])
    assert trusted == after["certs/ca.crt"]


def test_what_cannot_be_renewed_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(ValueError, match=r"'kubelet\.crt' is none of"):
        certificates.renew("kubelet.crt", SECOND)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("name", "days"), [("ca", 3650), ("server", 365), ("front-proxy-client", 365), ("kubelet", 3650)]
)
def test_certificates_last_as_long_as_those_of_microk8s(folder: Path, name: str, days: int) -> None:
    left = read(folder, name).not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    assert left.days + 1 == days


@pytest.mark.parametrize(
    ("old", "new"),
    [("192.168.64.2", "192.168.64.3"), ("192.168.64.254", "192.168.64.2"), ("192.168.64.3", "192.168.64.4")],
)
def test_the_next_address_is_never_that_of_what_is_outside(old: str, new: str) -> None:
    assert readdressing(old).splitlines() == [
        f"address delete {old}/24 dev eth0",
        f"address add {new}/24 dev eth0",
        "route replace default via 192.168.64.1 dev eth0",
    ]
