"""Logs in to Drone through Gitea, looks at the newest build, and opens the cat."""

import re
from pathlib import Path

from playwright.sync_api import expect

from guide.browsing import secret, security, sign_in_to_drone, trusting_browser

with trusting_browser() as browser:
    page = browser.new_page()

    sign_in_to_drone(page, "gitops", secret("gitea", "gitea-admin", "password"))
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    page.get_by_role("link", name="gitops/nyan").click()
    expect(page.get_by_role("heading", name="nyan", exact=True)).to_be_visible()
    newest = page.get_by_role("listitem").filter(has=page.get_by_title(re.compile("^Status: "))).first
    expect(newest.get_by_title("Status: success")).to_be_visible()

    # The address bar's own word for it.
    state = security(page, "https://nyan.gitops.test")
    assert state == "secure", f"the browser calls the connection {state}"
    source = Path("~/nyan/index.html").expanduser().read_text(encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", source, re.DOTALL)
    assert title is not None, "the cat's page has no title"
    expect(page).to_have_title(title[1].strip())
