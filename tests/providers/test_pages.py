"""The providers do what the pages tell the reader to do, word for word."""

from __future__ import annotations

import getpass
import shlex
from functools import cache

import pytest

from guide.clusters import snap
from guide.clusters.kubeconfig import Kubeconfig
from guide.clusters.microk8s import MicroK8s
from guide.clusters.multipass import Multipass
from guide.clusters.vm import LAUNCH_TIMEOUT, USER
from guide.hooks import TAGS
from guide.paths import DOCS
from walkthrough.machine.base import Cluster, Disposition
from walkthrough.pages import blocks
from walkthrough.pages.block import Block
from walkthrough.pages.document import PageDocument
from walkthrough.pages.rules import Kind

from .machine import World

#: What the reader's VM is called; the run's own is called as its cluster is.
READERS_VM = "gitops"


@cache
def _read() -> list[Block]:
    """All blocks of the pages, for looking at only: they are read once for all tags and providers."""
    found: list[Block] = []
    for page in sorted((DOCS / "nb").glob("*.md")):
        read, _ = blocks.read(PageDocument.parse(str(page)))  # `guide check` tells what is wrong on a page
        found += [block for _, block in read]
    return found


def steps(tag: str) -> dict[str, list[list[str]]]:
    """The commands, word by word, of every step on the pages that only one kind of cluster has."""
    found = {}
    for block in _read():
        if block.kind is Kind.STEP and block.when == tag:
            body = block.body.replace('"$(id -un)"', "READER").replace("\\\n", "")
            found[block.name] = [shlex.split(line) for line in body.splitlines()]
    return found


def test_every_step_of_microk8s_is_one_that_the_providers_do() -> None:
    assert steps("microk8s") == {
        "cluster-install": [snap.install()],
        "cluster-group": [snap.join_group("READER")],
        "cleanup-microk8s": [snap.remove()],
    }


def test_every_step_of_multipass_is_one_that_the_provider_does(world: World) -> None:
    cluster = Multipass(world.options(name=READERS_VM), world.progress)
    # Beyond the reader's: patience with a slow machine.
    launch = [word for word in cluster.vm.launch() if word not in ("--timeout", str(LAUNCH_TIMEOUT))]
    assert steps("multipass") == {
        # The provider asks for Multipass, and does not install it: preflight says how.
        "cluster-multipass-install": [["sudo", "snap", "install", "multipass"]],
        "cluster-multipass-launch": [launch],
        "cleanup-multipass": [cluster.vm.delete()],
    }


def test_the_vm_is_restarted_as_the_reader_does_it(world: World) -> None:
    cluster = Multipass(world.options(name=READERS_VM), world.progress)
    assert steps("restart") == {"troubleshooting-restart": [cluster.vm.restart()]}


def test_the_answers_tell_every_command_of_the_steps(world: World) -> None:
    """Except for Multipass' own installation, which is there before the run."""
    microk8s = MicroK8s(world.options(), world.progress).answer("microk8s").text
    for command in [command for commands in steps("microk8s").values() for command in commands]:
        assert shlex.join(command).replace("READER", getpass.getuser()) in microk8s
    vm = Multipass(world.options(name=READERS_VM), world.progress)
    in_vm = vm.answer("microk8s").text
    for name in ("cluster-install", "cluster-group"):
        for command in steps("microk8s")[name]:
            assert shlex.join(command).replace("READER", USER) in in_vm
    for name in ("cluster-multipass-launch", "cleanup-multipass"):
        for command in steps("multipass")[name]:
            assert shlex.join(command) in vm.answer("multipass").text


@pytest.mark.parametrize("provider", [MicroK8s, Multipass, Kubeconfig])
def test_every_tag_on_the_pages_has_an_answer(world: World, provider: type[Cluster]) -> None:
    cluster = provider(world.options(), world.progress)
    for tag in TAGS:
        assert steps(tag), f"no step has when={tag}"
        answer = cluster.answer(tag)
        assert answer.text or answer.disposition is Disposition.RUN
