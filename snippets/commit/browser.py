"""Logs in to Drone through Gitea, looks at the newest build, and opens the cat."""

import re
from pathlib import Path

from playwright.sync_api import expect

from guide.browsing import secret, security, sign_in_to_gitea, trusting_browser

with trusting_browser() as browser:
    page = browser.new_page()

    page.goto("https://drone.gitops.test")
    expect(page).to_have_url(re.compile(r"^https://gitea\.gitops\.test/user/login"))
    sign_in_to_gitea(page, "gitops", secret("gitea", "gitea-admin", "password"))

    page.get_by_role("link", name="gitops/nyan").click()
    expect(page.get_by_role("heading", name="nyan")).to_be_visible()
    newest = page.locator(".builds > .build").first
    expect(newest.locator(".status")).to_have_class(re.compile(r"\bstatus-success\b"))

    # The address bar's own word for it.
    state = security(page, "https://nyan.gitops.test")
    assert state == "secure", f"the browser calls the connection {state}"
    source = Path("~/nyan/index.html").expanduser().read_text(encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", source, re.DOTALL)
    assert title is not None, "the cat's page has no title"
    expect(page).to_have_title(title[1].strip())
