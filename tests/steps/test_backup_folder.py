"""The folder with the copies gets the owner that the jobs run as, and is left alone where it has that one."""

from __future__ import annotations

import pytest

from .conftest import Terminal


@pytest.mark.parametrize(("owner", "set_to"), [("1000", 0), ("0", 1), ("", 1)], ids=["its", "root's", "none"])
def test_the_owner_is_set_only_where_it_is_another(terminal: Terminal, owner: str, set_to: int) -> None:
    # Multipass refuses to change the owner of a folder that it has mounted, even to the one that it has.
    terminal.stand_in("stat", f"echo {owner}" if owner else "exit 1")
    terminal.stand_in("sudo", "exit 1" if owner == "1000" else "")
    done = terminal.paste("backup/folder")
    assert done.returncode == 0
    assert len(terminal.calls("sudo")) == set_to
