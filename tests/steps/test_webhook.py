"""The secret of Drone's webhook is in no address: NGINX writes addresses into its log."""

from __future__ import annotations

from .conftest import Terminal

HOOK = """{"id": 7, "active": true, "events": ["push", "pull_request"],
  "config": {"url": "https://drone.gitops.test/hook?secret=overheard", "content_type": "json"}}"""


def test_the_webhook_keeps_all_but_the_secret_in_its_address(terminal: Terminal) -> None:
    terminal.stand_in("curl", f"test \"$1\" != GET || echo '[{HOOK}]'")
    done = terminal.paste("drone/activate", before="drone_api() { echo '{}'; }\n")
    assert done.returncode == 0
    told = terminal.told("curl")
    assert "PATCH repos/gitops/nyan/hooks/7 " in told
    assert '"url": "https://drone.gitops.test/hook"' in told
    assert '"pull_request"' in told
    assert "overheard" not in told
