"""Nothing here reaches a real snapd, Multipass or cluster: PATH holds stand-ins first."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.clusters import microk8s, multipass, reader

from .machine import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path / "world")
    world.bin.mkdir(parents=True)
    world.tools(
        *("journalctl", "microk8s", "multipass", "sg", "snap", "sudo", "update-ca-certificates", "usermod")
    )
    monkeypatch.setenv("STAND_IN", str(world.folder))
    monkeypatch.setenv("PATH", f"{world.bin}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOGNAME", "reader")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "the-users-own-cluster"))
    monkeypatch.setattr(microk8s.MicroK8s, "data", world.folder / "var/snap/microk8s/common")
    monkeypatch.setattr(microk8s.MicroK8s, "current", world.folder / "snap/microk8s/current")
    for module in (microk8s, multipass):
        monkeypatch.setattr(module, "memory_total", lambda: 16 * 2**30)
    monkeypatch.setattr(microk8s, "disk_free", lambda path: 100 * 2**30)
    monkeypatch.setattr(multipass, "MARK", str(world.folder / "vm-mark"))
    monkeypatch.setattr(multipass, "LINGER_WAIT", 0.2)
    etc = tmp_path / "etc"
    (etc / "ca-certificates").mkdir(parents=True)
    (etc / "hosts").write_text("127.0.0.1 localhost\n10.0.0.9 printer.gitops.test\n")
    monkeypatch.setattr(reader.Reader, "hosts", (etc / "hosts", etc / "hosts.debian.tmpl"))
    monkeypatch.setattr(reader.Reader, "authorities", etc / "ca-certificates")
    return world


@pytest.fixture
def etc(world: World, tmp_path: Path) -> Path:
    """The machine's files that steps change with sudo."""
    return tmp_path / "etc"
