"""The record of a cluster: whole, private to one run, and gone with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from guide.clusters.claim import Claim
from walkthrough.errors import UserError
from walkthrough.progress import seconds

from .machine import World


def test_keeps_since_when_the_rest_changes(world: World) -> None:
    claim = Claim("multipass", "one")
    claim.write({"state": "launching", "since": "1000"})
    claim.write({"state": "launched"})
    assert claim.read() == {"state": "launched", "since": "1000"}
    assert claim.age() > 1e6


def test_a_broken_record_is_none(world: World) -> None:
    claim = Claim("multipass", "one")
    claim.write({})
    for text in ("", "{", "[1]", "[" * 100_000):
        claim.path.write_text(text)
        assert claim.read() is None
        assert claim.age() == 0
    for since in ("nan", "inf", "-1e999", "yesterday", "1e30"):
        claim.path.write_text(f'{{"since": "{since}"}}')
        assert seconds(claim.age()) == "0.0 s"


def test_another_run_is_kept_off_and_named(world: World) -> None:
    program = (
        "from guide.clusters.claim import Claim; import sys\n"
        "claim = Claim('multipass', 'one'); claim.hold(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=rf"another run uses .*'one'.*process {other.pid}"):
            Claim("multipass", "one").hold()
        Claim("multipass", "two").hold()
        other.kill()
        other.wait()
    # The end of a process ends its hold, whatever it left behind.
    Claim("multipass", "one").hold()
