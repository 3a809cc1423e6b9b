"""Checks that look with a browser run on the cluster's machine: it has the names, and the reader's files."""

from __future__ import annotations

import shlex
import subprocess

from walkthrough.errors import UserError
from walkthrough.machine.base import Answer, Cluster, Disposition

#: Seconds that it may take to say whether there is a browser.
_TIMEOUT = 60.0

#: Prints what is missing, one thing a line.
_LOOK = """\
{python} -c 'import guide.browsing' 2>/dev/null </dev/null || echo "the harness's Python with Playwright"
{python} -c 'from guide import chromium; chromium.find()' 2>/dev/null </dev/null || echo Chromium
command -v certutil >/dev/null || echo certutil
"""


def answer(cluster: Cluster) -> Answer:
    """Whether checks in Python run on this cluster's machine; else what it lacks.

    :raises UserError: the machine does not answer at all.
    """
    look = _LOOK.format(python=shlex.join(cluster.python()))
    try:
        done = subprocess.run(
            cluster.argv(["bash", "-c", look]),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(
            f"the cluster's machine cannot be reached: {error}", where=cluster.provider
        ) from error
    if done.returncode != 0:
        raise UserError(
            f"the cluster's machine does not say whether it has a browser: {done.stderr.strip()}",
            where=cluster.provider,
        )
    lacking = done.stdout.splitlines()
    if lacking:
        return Answer(
            Disposition.SKIPPED, f"no browser on the cluster's machine: it lacks {', '.join(lacking)}"
        )
    return Answer(Disposition.RUN)
