"""The cluster's throwaway certificate authorities, certificates and kubeconfigs."""

from __future__ import annotations

import base64
import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: As MicroK8s has them: its authority's own certificate and those of users; those of servers have a year.
TEN_YEARS = datetime.timedelta(days=3650)
YEAR = datetime.timedelta(days=365)
# A clock that is set back a little after the start must not turn certificates into future ones.
BACKDATED = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @cached_property
    def certificate_pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @cached_property
    def key_pem(self) -> str:
        """The private key in PEM, unencrypted."""
        return key_pem(self.key)


class Authority:
    """A certificate authority that lives as long as its cluster.

    :param name: its common name.
    :param key: the key of an authority whose certificate is renewed: what was issued under it stays good.
    """

    def __init__(self, name: str, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        key = key or new_key()
        subject = _name(name)
        builder = _builder(subject, subject, key, TEN_YEARS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        self.pair = Pair(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def load(cls, certificate: str, key: str) -> Authority:
        """The authority whose certificate and key, in PEM, these are."""
        loaded = cls.__new__(cls)
        loaded.pair = Pair(x509.load_pem_x509_certificate(certificate.encode()), load_key(key))
        return loaded

    def issue(
        self,
        name: str,
        organizations: Sequence[str] = (),
        hosts: Sequence[str] = (),
        *,
        key: ec.EllipticCurvePrivateKey | None = None,
        lifetime: datetime.timedelta = YEAR,
    ) -> Pair:
        """A certificate for a server and a client at once.

        :param name: common name; Kubernetes reads it as the user.
        :param organizations: Kubernetes reads them as the user's groups.
        :param hosts: DNS names and IP addresses that a server answers under.
        :param key: the one to certify, where it is there already.
        """
        key = key or new_key()
        builder = _builder(_name(name, organizations), self.pair.certificate.subject, key, lifetime)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.pair.key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return Pair(builder.sign(self.pair.key, hashes.SHA256()), key)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A private key on P-256: quick to make, and every client takes it."""
    return ec.generate_private_key(ec.SECP256R1())


def load_key(pem: str) -> ec.EllipticCurvePrivateKey:
    """A private key of ours from its PEM."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "new_key makes no other"
    return key


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key in PEM, unencrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half of a key in PEM."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def kubeconfig(server: str, authority: Authority, user: str, pair: Pair) -> str:
    """A kubeconfig that stands alone, with the names that ``microk8s config`` gives its parts.

    :param server: the API's address, ``https://host:port``.
    """
    trusted = _base64(authority.pair.certificate_pem)
    return f"""\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {trusted}
    server: {server}
  name: microk8s-cluster
contexts:
- context:
    cluster: microk8s-cluster
    user: {user}
  name: microk8s
current-context: microk8s
kind: Config
preferences: {{}}
users:
- name: {user}
  user:
    client-certificate-data: {_base64(pair.certificate_pem)}
    client-key-data: {_base64(pair.key_pem)}
"""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _name(common: str, organizations: Sequence[str] = ()) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization) for organization in organizations]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lifetime: datetime.timedelta
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lifetime)
    )
