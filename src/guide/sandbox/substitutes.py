"""What the embedded cluster says of itself: what stands in for what, and in which versions."""

from __future__ import annotations

import platform
from collections.abc import Callable

from guide.clusters.pins import pin
from guide.pins import lockfile
from guide.sandbox import admission, downloads, enforcer, image_table, images, repositories
from guide.sandbox.binaries import recipes
from walkthrough.machine.base import Answer, Disposition, Replacement, unknown
from walkthrough.machine.command import run


def answer(tag: str, restart: Callable[[], None]) -> Answer:
    """What becomes of a step with ``when=TAG``.

    :param restart: what is done instead of a restart of the machine.
    :raises UserError: nobody knows the tag.
    """
    match tag:
        case "microk8s":
            version = recipes()["kubelite"].version
            text = f"the sandbox brought up its own node, Kubernetes {version}, with a stand-in for microk8s"
            return Answer(Disposition.SUBSTITUTED, text)
        case "multipass":
            text = (
                "the sandbox makes a machine before the first page and removes it after the last: "
                "a copy-on-write view of this one, in namespaces of its own"
            )
            return Answer(Disposition.SUBSTITUTED, text)
        case "wsl":
            return Answer(Disposition.SKIPPED, "this run is in the sandbox, not in WSL")
        case "internet":
            text = "the sandbox has no internet, and what this needs from there changes by the hour"
            return Answer(Disposition.SKIPPED, text)
        case "restart":
            text = (
                "the sandbox cannot restart its machine; while MicroK8s was stopped, it gave the machine "
                "another address, as a restart may"
            )
            return Answer(Disposition.SUBSTITUTED, text, in_turn=restart)
        case "services" | "new-address":
            return Answer(Disposition.RUN)
    raise unknown(tag)


def versions() -> dict[str, str]:
    """What runs on the machine, by name."""
    built = recipes()
    names = {"kubelite": "kubernetes", "etcd": "etcd", "containerd": "containerd", "coredns": "coredns"}
    found = {title: built[name].version for name, title in names.items()}
    runc = run(["runc", "--version"], timeout=30, check=False).stdout.split()
    return found | {"runc": runc[2] if len(runc) > 2 else "", "kernel": platform.release()}


def replacements(products: frozenset[str]) -> list[Replacement]:
    """What ran in place of what the pages pin.

    :param products: names of ``manifests/versions.yaml``; empty means everything.
    """
    kubernetes = recipes()["kubelite"].version
    return [
        Replacement(
            f"MicroK8s {pin('microk8s', 'version')}, the snap",
            f"Kubernetes {kubernetes} in one binary, etcd, containerd, and a stand-in for its command",
            "no snap store",
        ),
        enforcer.replacement(recipes()["network-policies"].version),
        Replacement(
            "an Ubuntu machine of its own, with sudo and snap",
            "a copy-on-write view of this machine, with stand-ins for sudo, snap and multipass",
            "a virtual machine needs an image and hardware support",
        ),
        Replacement(
            "the internet",
            "the pinned upstream files, releases' programs and a git repository over HTTPS, and a mirror "
            "of the images, which answers in the name of their registries as well; no other name exists. "
            "The machine and every container trust the authority behind this",
            "a run depends on nobody's server, and sends nothing anywhere",
        ),
        *images.replacements(products),
        *admission.replacements(
            (row["ref"] for row in image_table.Table().select(products)), lockfile.load().values()
        ),
        *downloads.replacements(products),
        *repositories.replacements(products),
    ]
