"""What a check in Python needs to look at the platform as a reader does, with a browser.

It runs on the cluster's machine (see :mod:`guide.clusters.browser`), so nothing here may need more than
Playwright, a Chromium and ``certutil``.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect, sync_playwright

from guide import chromium

#: Where the guide's reader has the platform's authority.
AUTHORITY = Path("~/gitops-ca.crt")

#: The names of the platform's own pages.
NAMES = "*.gitops.test"


@contextmanager
def trusting_browser(authority: Path = AUTHORITY, names: str = NAMES) -> Iterator[Browser]:
    """Chromium in a home of its own, where it trusts ``authority`` beside those that it came with.

    It finds ``names`` and no others, so it tells nobody of what it does.

    That home's database is filled as the guide's page on certificates fills the reader's. No check of a
    certificate is switched off.
    """
    with tempfile.TemporaryDirectory(prefix="guide-browser-", ignore_cleanup_errors=True) as home:
        database = Path(home, ".pki/nssdb")
        database.mkdir(parents=True)
        certutil = ("certutil", "-d", f"sql:{database}")
        subprocess.run([*certutil, "-N", "--empty-password"], check=True)
        certificate = str(authority.expanduser())
        subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "gitops-ca", "-i", certificate], check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.find(),
                args=["--no-sandbox", f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {names}"],
                env={**os.environ, "HOME": home},
            )
            try:
                yield browser
            finally:
                browser.close()


def secret(namespace: str, name: str, key: str) -> str:
    """A value from a Secret of the cluster. It must not be printed."""
    asked = [
        "microk8s",
        "kubectl",
        "get",
        "secret",
        name,
        "--namespace",
        namespace,
        f"--output=jsonpath={{.data.{key}}}",
    ]
    return base64.b64decode(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout).decode()


def sign_in_to_gitea(page: Page, user: str, password: str) -> None:
    """Fill in Gitea's form, and grant what the application that led there asks for, if it asks."""
    page.locator("#user_name").fill(user)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path != "/user/login")
    if urlsplit(page.url).path == "/login/oauth/authorize":
        page.locator("#authorize-app").click()


def sign_in_to_drone(page: Page, user: str, password: str) -> None:
    """Go to Drone as somebody who is signed in nowhere, through its welcome and Gitea's form.

    Drone 2 sends who has no e-mail address there to a form. The guide's reader has given one before.
    """
    page.goto("https://drone.gitops.test")
    expect(page).to_have_url("https://drone.gitops.test/welcome")
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(re.compile(r"^https://gitea\.gitops\.test/user/login"))
    sign_in_to_gitea(page, user, password)
    expect(page).to_have_url("https://drone.gitops.test/")


def security(page: Page, url: str) -> str:
    """Open ``url``, and what the browser's own address bar says of the connection: ``secure``, or not."""
    states: list[str] = []
    session = page.context.new_cdp_session(page)

    def changed(event: dict[str, Any]) -> None:
        states.append(event["visibleSecurityState"]["securityState"])

    session.on("Security.visibleSecurityStateChanged", changed)
    session.send("Security.enable")
    page.goto(url)
    page.wait_for_function("document.readyState === 'complete'")
    session.detach()
    return states[-1] if states else "unknown"
