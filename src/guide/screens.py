"""Takes the pictures of the platform's own pages that the guide shows, from a cluster after the chain.

``guide screens`` calls :func:`take`, which runs this module on the cluster's machine: there is the browser
that trusts the guide's authority. It shows no page that could hold a secret.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from guide.clusters import printed
from walkthrough.errors import UserError
from walkthrough.machine.command import run

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from walkthrough.machine.base import Cluster

WIDTH, HEIGHT = 1280, 800

#: WebP's quality, of 100: text stays sharp.
_QUALITY = 80

#: What is true in the browser when nothing is missing any more.
_DRAWN = "document.fonts.status === 'loaded' && [...document.images].every(image => image.complete)"

#: Seconds that all of them may take.
_TIMEOUT = 300.0


def take(cluster: Cluster) -> dict[str, bytes]:
    """The pictures as WebP, by name.

    :param cluster: one that is up, in which the chain has run to the page «From commit to cat».
    :raises UserError: a page did not look as it should, or what came is not these pictures.
    """
    shell = '. ~/.config/gitops/shell.sh && exec "$@"'
    command = ["bash", "-c", shell, "bash", *cluster.python(), "-m", "guide.screens"]
    done = run(cluster.argv(command), timeout=_TIMEOUT, check=False)
    if done.code != 0:
        raise UserError(
            f"the pictures cannot be taken:\n{done.stderr.strip()}",
            where=f"{cluster.provider} {cluster.options.name}",
            fix="run the chain first: guide verify commit --keep",
        )
    taken = printed.mapping(done)
    # Files are called by these names.
    if taken.keys() != SCREENS.keys():
        raise UserError(
            f"other pictures came than {', '.join(SCREENS)}: {', '.join(map(str, taken))[:100]!a}",
            where=f"{cluster.provider} {cluster.options.name}",
            fix="see what its ~/.config/gitops/shell.sh does, and take them again",
        )
    with printed.as_described(done):
        return {name: base64.b64decode(data, validate=True) for name, data in taken.items()}


def _gitea(page: Page) -> None:
    page.goto("https://gitea.gitops.test/gitops/platform")
    page.get_by_role("link", name="nyan", exact=True).wait_for()


def _drone(page: Page) -> None:
    page.goto("https://drone.gitops.test/gitops/nyan")
    page.get_by_title("Status: success").first.click()
    page.get_by_role("link", name="deliver").click()
    page.get_by_text("git push").last.wait_for()


def _nyan(page: Page) -> None:
    page.goto("https://nyan.gitops.test")
    page.get_by_role("heading").wait_for()


#: How to come to what each picture shows, signed in to Drone and Gitea.
SCREENS: dict[str, Callable[[Page], None]] = {"gitea": _gitea, "drone": _drone, "nyan": _nyan}


def _main() -> None:
    from guide.browsing import secret, sign_in_to_drone, trusting_browser

    taken = {}
    with trusting_browser() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        sign_in_to_drone(page, "gitops", secret("gitea", "gitea-admin", "password"))
        session = page.context.new_cdp_session(page)
        for name, show in SCREENS.items():
            show(page)
            # Never idle: Gitea's pages keep a connection open.
            page.wait_for_function(_DRAWN)
            shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
            taken[name] = shot["data"]
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    _main()
