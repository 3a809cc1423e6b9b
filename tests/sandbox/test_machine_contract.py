"""The sandbox keeps what every machine keeps."""

from __future__ import annotations

import os
from itertools import count

import pytest

from guide.sandbox.provider import Sandbox
from walkthrough.contract import MachineContract
from walkthrough.machine.base import Cluster, Options
from walkthrough.progress import Progress

pytestmark = pytest.mark.sandbox

#: Each has a name of its own, so that one can be made beside another.
_NUMBERS = count()


class TestSandbox(MachineContract):
    @classmethod
    def make(cls) -> Cluster:
        name = f"contract-{os.getpid()}-{next(_NUMBERS)}"
        return Sandbox(Options(name=name, products=frozenset({"microk8s"})), Progress())
