"""What the node's programs are given: certificates, configuration, addon manifests."""

from __future__ import annotations

import base64
import json
import re
import ssl
import tomllib
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from guide.sandbox import layout
from guide.sandbox.addons import ADDONS, Addon
from guide.sandbox.components import API_ARGUMENTS, KUBELET_ARGUMENTS, Component, components
from guide.sandbox.configuration import files
from guide.sandbox.containers import specification
from guide.sandbox.files import File
from guide.sandbox.pki import Authority, kubeconfig
from guide.upstream import fetch, lock
from walkthrough.errors import UserError


@pytest.fixture(scope="module")
def written() -> dict[str, File]:
    return {str(file.path): file for file in files(Authority("outside"))}


def text(written: dict[str, File], path: Path) -> str:
    return written[str(path)].text


def test_an_authority_certifies_what_openssl_takes(tmp_path: Path) -> None:
    authority = Authority("Test")
    pair = authority.issue("server", hosts=["example.test", "192.0.2.1"])
    context = ssl.create_default_context(cadata=authority.pair.certificate_pem)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    for name, content in (("crt", pair.certificate_pem), ("key", pair.key_pem)):
        (tmp_path / name).write_text(content)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "crt", tmp_path / "key")

    def shake(host: str) -> None:
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        client_side = context.wrap_bio(to_client, to_server, server_hostname=host)
        server_side = server.wrap_bio(to_server, to_client, server_side=True)
        waiting = [client_side, server_side]
        for _ in range(4):
            for side in list(waiting):
                try:
                    side.do_handshake()
                    waiting.remove(side)
                except ssl.SSLWantReadError:
                    pass
        assert not waiting

    shake("example.test")
    shake("192.0.2.1")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake("other.test")


def test_a_kubeconfig_carries_the_user_and_its_groups() -> None:
    authority = Authority("Test")
    made = kubeconfig("https://192.0.2.1:1", authority, "me", authority.issue("me", ["one", "two"]))
    content = yaml.safe_load(made)
    user = content["users"][0]["user"]
    certificate = x509.load_pem_x509_certificate(base64.b64decode(user["client-certificate-data"]))
    assert certificate.subject.rfc4514_string() == "CN=me,O=two,O=one"
    assert content["clusters"][0]["cluster"]["server"] == "https://192.0.2.1:1"


def test_every_cluster_has_keys_of_its_own(written: dict[str, File]) -> None:
    again = {str(file.path): file.text for file in files(Authority("outside"))}
    for path, file in written.items():
        if path.endswith((".key", ".config")):
            assert file.text != again[path], path


def test_keys_are_secret_and_only_the_administrators_file_has_readers(written: dict[str, File]) -> None:
    secret = {path for path, file in written.items() if file.secret}
    assert secret == {path for path in written if path.endswith((".key", ".config"))}
    assert all("PRIVATE KEY" not in file.text for file in written.values() if not file.secret)
    readers = {path: file.group for path, file in written.items() if file.group}
    assert readers == {str(layout.CREDENTIALS / "client.config"): "microk8s"}


def test_every_file_that_a_program_names_is_written(written: dict[str, File]) -> None:
    folders = f"{layout.CERTIFICATES}|{layout.CREDENTIALS}|{layout.CONFIG}"
    named = {
        match
        for component in components()
        for word in component.argv
        for match in re.findall(rf"(?:{folders})/\S+", word)
    }
    for file in (layout.CONFIG / "kubelet.json", API_ARGUMENTS, KUBELET_ARGUMENTS):
        named |= set(re.findall(rf"(?:{folders})/[\w./-]+", text(written, file)))
    assert named
    assert named <= set(written)


def test_the_kubelet_configuration_agrees_with_the_rest(written: dict[str, File]) -> None:
    kubelet = json.loads(text(written, layout.CONFIG / "kubelet.json"))
    containerd = tomllib.loads(text(written, layout.CONFIG / "containerd.toml"))
    assert kubelet["containerRuntimeEndpoint"] == f"unix://{containerd['grpc']['address']}"
    assert kubelet["clusterDNS"] == [layout.CLUSTER_DNS]
    # Without it the kubelet does not find the root file system.
    assert "localStorageCapacityIsolation" not in kubelet
    plugins = containerd["plugins"]
    runtimes = plugins["io.containerd.cri.v1.runtime"]["containerd"]["runtimes"]
    assert runtimes["runc"]["base_runtime_spec"] == str(layout.CONTAINER)
    images = plugins["io.containerd.cri.v1.images"]
    assert images["registry"]["config_path"] == str(layout.REGISTRIES)
    assert images["pinned_images"]["sandbox"].startswith("registry.k8s.io/pause:")
    network = plugins["io.containerd.cri.v1.runtime"]["cni"]
    assert f"{network['conf_dir']}/10-bridge.conflist" in written


def test_containers_start_from_containerds_own_specification_and_the_authorities() -> None:
    default = {
        "process": {"cwd": "/", "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}]},
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {"maskedPaths": ["/proc/kcore"]},
    }
    made = json.loads(specification(json.dumps(default), Path("/bundle.crt")))
    added = made["mounts"].pop()
    assert added["source"] == "/bundle.crt"
    assert added["destination"] == "/etc/ssl/certs/ca-certificates.crt"
    assert {"bind", "ro"} <= set(added["options"])
    # Without the limit, which containerd takes away only when it is given no specification.
    assert made == default | {"process": {"cwd": "/"}}


def test_images_come_from_the_mirror(written: dict[str, File]) -> None:
    hosts = tomllib.loads(text(written, layout.REGISTRIES / "_default/hosts.toml"))
    address = f"http://{layout.MIRROR}"
    # The server as well: without it containerd would go on to the real registry.
    assert hosts["server"] == address
    assert list(hosts["host"]) == [address]
    assert hosts["host"][address]["capabilities"] == ["pull", "resolve"]


def test_programs_that_need_the_api_wait_for_it() -> None:
    names = {component.name: component.after_api for component in components()}
    assert names == {
        "etcd": False,
        "containerd": False,
        "kube-apiserver": False,
        "kube-controller-manager": True,
        "kube-scheduler": True,
        "kubelet": True,
        "kube-proxy": True,
        "network-policies": True,
    }


def test_kubernetes_is_one_program_as_in_microk8s() -> None:
    """What it writes into the cluster without a name of its own is signed with its program's."""
    programs = {component.name: Path(component.argv[0]).name for component in components()}
    kubernetes = {name for name in programs if name.startswith("kube")}
    assert len(kubernetes) == 5
    assert {programs[name] for name in kubernetes} == {"kubelite"}
    assert all(
        component.argv[1] == component.name for component in components() if component.name in kubernetes
    )


def test_events_are_kept_as_long_as_in_microk8s(written: dict[str, File]) -> None:
    """Its microk8s-resources/default-args/kube-apiserver; Kubernetes itself keeps them for an hour."""
    assert "--event-ttl=5m" in text(written, API_ARGUMENTS).splitlines()


def test_everybody_may_do_everything_until_rbac_is_enabled(written: dict[str, File]) -> None:
    """The API server reads its arguments when it starts, and the stand-in for microk8s changes them."""
    assert "--authorization-mode=AlwaysAllow" in text(written, API_ARGUMENTS).splitlines()
    assert {component.arguments for component in components()} == {None, API_ARGUMENTS, KUBELET_ARGUMENTS}


def test_the_kubelet_lets_everybody_in_until_it_is_told_to_ask(written: dict[str, File]) -> None:
    """What its arguments say comes before its file, and at first they say nothing, as MicroK8s' do."""
    kubelet = json.loads(text(written, layout.CONFIG / "kubelet.json"))
    assert kubelet["authorization"] == {"mode": "AlwaysAllow"}
    assert "authorization-mode" not in text(written, KUBELET_ARGUMENTS)
    (component,) = (one for one in components() if one.name == "kubelet")
    assert component.arguments == KUBELET_ARGUMENTS


def test_a_program_gets_what_its_file_says_when_it_starts(tmp_path: Path) -> None:
    component = Component("x", ("/bin/x", "y"), arguments=tmp_path / "x")
    for words in ("--a=1\n", "--a=2\n--b\n"):
        (tmp_path / "x").write_text(words)
        assert component.command() == ("/bin/x", "y", *words.split())


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_addon_manifests_are_pinned_and_render_to_kubernetes_objects(addon: Addon) -> None:
    assert addon.url in lock()
    rendered = addon.render(fetch(addon.url).read_text())
    assert re.findall(r"\$[A-Z_]+", rendered) == []
    objects = [one for one in yaml.safe_load_all(rendered) if one]
    assert all({"apiVersion", "kind", "metadata"} <= set(one) for one in objects)


def test_addon_manifests_get_microk8s_own_values() -> None:
    rendered = {addon.name: addon.render(fetch(addon.url).read_text()) for addon in ADDONS}
    assert "clusterIP: 10.152.183.10" in rendered["dns"]
    assert "kubernetes cluster.local in-addr.arpa" in rendered["dns"]
    assert "path: /var/snap/microk8s/common/default-storage" in rendered["hostpath-storage"]


def test_a_variable_without_a_value_is_an_error() -> None:
    addon = Addon("new", "https://example.test/new.yaml", {"KNOWN": "1"})
    with pytest.raises(UserError, match=r"\$UNKNOWN without a value"):
        addon.render("a: $KNOWN\nb: $UNKNOWN\n")
