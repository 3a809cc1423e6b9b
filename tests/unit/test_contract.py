"""Every machine that can be had here keeps the contract, and the contract finds one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from guide.clusters.stand_in import StandIn
from walkthrough.contract import MachineContract
from walkthrough.machine.base import Cluster, Options
from walkthrough.machine.local import Local
from walkthrough.progress import Progress

pytest_plugins = ["pytester"]


class TestLocal(MachineContract):
    @classmethod
    def make(cls) -> Cluster:
        return Local(Options(name="contract"), Progress())


class TestStandIn(MachineContract):
    @classmethod
    def make(cls) -> Cluster:
        return StandIn(Options(name="contract"), Progress())


class Deaf(Local):
    """Ends nothing that a step has left on it."""

    def kill(self, marker: str) -> None:
        pass


class Wordy(Local):
    """Has a shell read the words of each command."""

    def argv(self, command: Sequence[str]) -> list[str]:
        return [*super().argv([]), "sh", "-c", " ".join(command)]


class Stays(Local):
    """Cannot be removed before it is there."""

    def destroy(self) -> None:
        assert self.home is not None
        super().destroy()


class Forgets(Local):
    """Keeps nothing."""

    def save(self, folder: Path) -> None:
        (folder / "nothing").mkdir()


#: What each does wrong, and the test that says so.
WRONG = {
    "Deaf": "test_a_step_that_runs_out_of_time_is_ended_with_all_that_it_began",
    "Wordy": "test_words_arrive_as_they_are",
    "Stays": "test_it_can_be_removed_in_any_state_and_twice",
    "Forgets": "test_a_kept_state_is_what_it_was",
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_machine_that_does_not_keep_it_is_found(pytester: pytest.Pytester, kind: str) -> None:
    pytester.makepyfile(
        f"""
        from tests.unit.test_contract import {kind}
        from walkthrough.contract import MachineContract
        from walkthrough.machine.base import Options
        from walkthrough.progress import Progress

        class TestIt(MachineContract):
            @classmethod
            def make(cls):
                return {kind}(Options(name="contract"), Progress())
        """
    )
    result = pytester.runpytest("-p", "no:cacheprovider", "-k", WRONG[kind])
    result.assert_outcomes(failed=1, deselected=11)
