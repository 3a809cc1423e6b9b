"""What a reader who stopped in the middle of a chapter has left behind is taken away as well."""

from __future__ import annotations

import pytest

from .conftest import Terminal


@pytest.mark.parametrize(
    "left",
    [
        "/usr/local/share/ca-certificates/gitops-ca.crt",
        "/usr/local/share/ca-certificates/gitops-ca-2.crt",
        "/var/snap/microk8s/current/args/certs.d/gitea.gitops.test",
    ],
)
def test_no_place_goes_on_trusting_the_root(terminal: Terminal, left: str) -> None:
    terminal.stand_in("sudo", "")
    terminal.paste("cleanup/trust-linux")
    removed, listed = terminal.calls("sudo")
    assert left in removed.split()
    assert listed == "update-ca-certificates --fresh"


def test_what_a_chapter_makes_for_a_while_goes_with_the_rest(terminal: Terminal) -> None:
    (terminal.home / "attack").mkdir()
    (terminal.home / "gitops-ca-2.crt").touch()
    terminal.stand_in("sudo", "")
    terminal.stand_in("kubectl", "")
    terminal.paste("cleanup/namespaces", "cleanup/files")
    assert not (terminal.home / "attack").exists()
    assert not (terminal.home / "gitops-ca-2.crt").exists()
    deleted = next(call.split() for call in terminal.calls("kubectl") if call.startswith("delete namespace"))
    assert "lab" in deleted
