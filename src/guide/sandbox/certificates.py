"""The node's certificates and kubeconfigs: made at the installation, and made again where MicroK8s does.

MicroK8s names the machine's addresses in two certificates. That of the API server is renewed a few seconds
after an address has changed. That of the kubelet keeps those of the installation until somebody renews
the authority, and with it all users' certificates: ``microk8s refresh-certs --cert ca.crt``.

Read in canonical/microk8s at v1.36: ``microk8s-resources/actions/common/utils.sh`` (``produce_certs``,
``create_user_certs_and_configs``), ``microk8s-resources/wrappers/apiservice-kicker``,
``scripts/wrappers/refresh_certs.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric import ec

from guide.sandbox import enforcer, layout
from guide.sandbox.files import File, place
from guide.sandbox.pki import TEN_YEARS, Authority, Pair, key_pem, kubeconfig, load_key, new_key, public_pem

API = f"https://127.0.0.1:{layout.API_PORT}"
#: What ``microk8s refresh-certs --cert`` can renew.
RENEWABLE = ("ca.crt", "server.crt", "front-proxy-client.crt")

#: Each user of the API: the file, the name, the groups, and whether it has a kubeconfig.
_USERS = (
    ("client", "admin", ("system:masters",), True),
    ("controller", "system:kube-controller-manager", (), True),
    ("scheduler", "system:kube-scheduler", (), True),
    ("kubelet", f"system:node:{layout.HOSTNAME}", ("system:nodes",), True),
    ("proxy", "system:kube-proxy", (), True),
    # No part of MicroK8s: its Calico has a service account.
    ("network-policies", enforcer.USER, (), True),
    ("apiserver-kubelet-client", "kube-apiserver-kubelet-client", ("system:masters",), False),
)
_AUTHORITY, _FRONT = layout.SERVICE_FIRST, "front-proxy-ca"
#: The names that the API server's certificate was asked for, one a line: what is compared with those of now.
_REQUEST = layout.CERTIFICATES / "csr.conf"

#: The key for a certificate's file name.
_Keys = Callable[[str], ec.EllipticCurvePrivateKey]


def installed(addresses: Sequence[str]) -> list[File]:
    """Everything, with new keys, for a machine that has these addresses."""

    def new(_name: str) -> ec.EllipticCurvePrivateKey:
        return new_key()

    cluster, front, accounts = Authority(_AUTHORITY), Authority(_FRONT), new_key()
    return [
        *_pair("ca", cluster.pair),
        *_pair(_FRONT, front.pair),
        *_server(cluster, addresses, new),
        *_front_proxy_client(front, addresses, new),
        *_users(cluster, addresses, new),
        File(layout.CERTIFICATES / "serviceaccount.key", key_pem(accounts), secret=True),
        File(layout.CERTIFICATES / "serviceaccount.pub", public_pem(accounts)),
    ]


def outdated(addresses: Sequence[str]) -> bool:
    """Whether the API server's certificate was made for other addresses. Asked on the machine."""
    return _REQUEST.read_text(encoding="utf-8") != _request(addresses)


def readdress(addresses: Sequence[str]) -> None:
    """Renew what MicroK8s renews by itself when the machine has got other addresses."""
    for file in (
        *_server(_load("ca"), addresses, _kept),
        *_front_proxy_client(_load(_FRONT), addresses, _kept),
    ):
        place(file)


def renew(certificate: str, addresses: Sequence[str]) -> None:
    """Do what ``microk8s refresh-certs --cert`` does to the files.

    The authority keeps its key and its name: what it certified before stays good.

    :param certificate: one of :data:`RENEWABLE`.
    """
    match certificate:
        case "ca.crt":
            authority = Authority(_AUTHORITY, _kept("ca"))
            found = [
                *_pair("ca", authority.pair),
                *_server(authority, addresses, _kept),
                *_front_proxy_client(_load(_FRONT), addresses, _kept),
                *_users(authority, addresses, _kept),
            ]
        case "server.crt":
            found = _server(_load("ca"), addresses, _kept)
        case "front-proxy-client.crt":
            found = _front_proxy_client(_load(_FRONT), addresses, _kept)
        case _:
            raise ValueError(f"{certificate!r} is none of {', '.join(RENEWABLE)}")
    for file in found:
        place(file)


def _server(authority: Authority, addresses: Sequence[str], keys: _Keys) -> list[File]:
    pair = authority.issue("127.0.0.1", ["Canonical"], _names(addresses), key=keys("server"))
    return [*_pair("server", pair), File(_REQUEST, _request(addresses))]


def _front_proxy_client(front: Authority, addresses: Sequence[str], keys: _Keys) -> list[File]:
    name = "front-proxy-client"
    return _pair(name, front.issue(name, hosts=_names(addresses), key=keys(name)))


def _users(authority: Authority, addresses: Sequence[str], keys: _Keys) -> list[File]:
    found = []
    for name, user, groups, has_config in _USERS:
        # The kubelet's is that of a server, too: the API server calls it for logs and exec, by its address.
        hosts = (layout.HOSTNAME, *addresses) if name == "kubelet" else ()
        pair = authority.issue(user, groups, hosts, key=keys(name), lifetime=TEN_YEARS)
        found += _pair(name, pair)
        if has_config:
            # MicroK8s lets its own group use the administrator's file.
            reader = "microk8s" if name == "client" else None
            text = kubeconfig(API, authority, user, pair)
            found.append(File(layout.CREDENTIALS / f"{name}.config", text, secret=True, group=reader))
    return found


def _names(addresses: Sequence[str]) -> list[str]:
    return [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster",
        f"kubernetes.default.svc.{layout.CLUSTER_DOMAIN}",
        "127.0.0.1",
        layout.SERVICE_FIRST,
        *addresses,
    ]


def _request(addresses: Sequence[str]) -> str:
    return "".join(f"{name}\n" for name in _names(addresses))


def _pair(name: str, pair: Pair) -> list[File]:
    return [
        File(layout.CERTIFICATES / f"{name}.crt", pair.certificate_pem),
        File(layout.CERTIFICATES / f"{name}.key", pair.key_pem, secret=True),
    ]


def _kept(name: str) -> ec.EllipticCurvePrivateKey:
    return load_key((layout.CERTIFICATES / f"{name}.key").read_text(encoding="utf-8"))


def _load(name: str) -> Authority:
    certificate, key = (layout.CERTIFICATES / f"{name}.{kind}" for kind in ("crt", "key"))
    return Authority.load(certificate.read_text(encoding="utf-8"), key.read_text(encoding="utf-8"))
