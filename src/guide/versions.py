"""Finds versions that a page's text, or a row of the pins themselves, says otherwise than they are pinned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_text, read_yaml
from walkthrough.project import Project

_VERSIONS = "versions.yaml"
#: What may stand between a product's name and its version in either language.
_BETWEEN = r"(?:'?s)?(?:,? (?:versjon|version))? v?"
_NUMBER = r"(?P<version>\d+(?:\.\d+)+)"


def errors(project: Project) -> Iterator[UserError]:
    """Each version that is not the pinned one, first those of the pins themselves; then by page and line."""
    path = project.manifests / _VERSIONS
    if not path.is_file():
        return
    rows = read_yaml(path).value
    # That it is something else is told by who reads all files.
    rows = rows if isinstance(rows, dict) else {}
    products = {name: row for name, row in rows.items() if isinstance(row, dict)}
    lines = read_text(path).split("\n")
    for name, row in products.items():
        line = next((number for number, text in enumerate(lines, 1) if text.startswith(f"{name}:")), 1)
        if _other_tag(row):
            yield UserError(
                f"{name}: the image is {row['image']}, and the version {row['version']}",
                where=f"{project.relative(path)}:{line}",
                fix="give both the same version, then run 'guide pins lock'",
            )
    for language in project.languages:
        for page in project.nav:
            file = project.page_path(page, language)
            if harmless.is_file(file):
                yield from _in_page(project.relative(file), read_text(file), products)


def _other_tag(row: dict[str, Any]) -> bool:
    image = str(row.get("image", ""))
    return "/" in image and not image.endswith(f":{row.get('version')}")


def _in_page(name: str, text: str, products: dict[str, Any]) -> Iterator[UserError]:
    for number, line in enumerate(text.split("\n"), start=1):
        for product in products.values():
            title, pinned = str(product.get("title", "")), str(product.get("version", ""))
            if not title or title not in line or not re.match(r"v?\d", pinned):
                continue
            for found in re.finditer(rf"(?<![\w-]){re.escape(title)}{_BETWEEN}{_NUMBER}", line):
                whole = f"{pinned.removeprefix('v')}-"
                if not whole.startswith((f"{found['version']}.", f"{found['version']}-")):
                    yield UserError(
                        f"{found.group()} is named, and {pinned} is pinned",
                        where=f"{name}:{number}",
                        fix=f"write {title} {pinned.removeprefix('v')}, or change manifests/{_VERSIONS}",
                    )
