"""Ends a step at a moment by chance, as Ctrl-C or a lost connection does, before the step runs whole.

What the half of it has done, and what the shell had by then, stays. The step must then end with its exit
code, and every check must hold: a half stores no empty value, and the whole overwrites no good one. What a
step prints may differ, for some of it is there already. A seed makes the moments the same ones again, as far
as the machine allows.
"""

from __future__ import annotations

from random import Random

#: Seconds that a step is taken to last where no run has told.
_UNKNOWN = 1.0
#: The driver needs this long to begin.
_FIRST = 0.03


class Interruption:
    """Moments by chance.

    :param seed: any word; the same one makes the same moments.
    """

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._random = Random(seed)

    def moment(self, lasts: float) -> float:
        """Seconds after its begin when a step is to be ended.

        :param lasts: how long it took the last time; nothing where that is not known.
        """
        return self._random.uniform(_FIRST, max(lasts or _UNKNOWN, 2 * _FIRST))
