"""A small site with the guide's own settings, to build, break and look at."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from guide.paths import ROOT

SAMPLE = Path(__file__).parent / "sample"
PAGES = ("index.md", "cluster.md", "proof.md")
#: What the guide's own site shares with every copy of it.
SHARED = ("theme", "src", "docs/assets")


@dataclass
class Site:
    """A folder with a ``mkdocs.yml``, and what came of building it."""

    root: Path
    output: Path

    def build(self) -> list[str]:
        """Build strictly; give back the warnings and errors, or an empty list."""
        said = _Recorder()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(said)
        try:
            build(load_config(config_file=str(self.root / "mkdocs.yml"), site_dir=str(self.output)))
        except Abort as stopped:
            said.messages.append(str(stopped))
        finally:
            logger.removeHandler(said)
        return said.messages

    def read(self, path: str) -> str:
        return (self.output / path).read_text(encoding="utf-8")


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class _Loader(yaml.SafeLoader):
    """Reads ``mkdocs.yml`` and keeps the values that carry a tag of MkDocs' own."""


class _Dumper(yaml.SafeDumper):
    """Writes them again."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: node)
for _kind in (yaml.ScalarNode, yaml.SequenceNode):
    _Dumper.add_representer(_kind, lambda dumper, node: node)


def make_sample(root: Path) -> Site:
    """Copy the sample to ``root``, with the guide's settings, theme and hooks."""
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    for shared in SHARED:
        (root / shared).parent.mkdir(parents=True, exist_ok=True)
        (root / shared).symlink_to(ROOT / shared)
    (root / "manifests").mkdir()
    config: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    config["nav"] = list(PAGES)
    (root / "mkdocs.yml").write_text(
        yaml.dump(config, Dumper=_Dumper, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return Site(root, root / "build/site")


@pytest.fixture
def sample(tmp_path: Path) -> Site:
    """A copy to break: not built yet."""
    return make_sample(tmp_path / "guide")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample, built once. Look, do not touch."""
    site = make_sample(tmp_path_factory.mktemp("sample") / "guide")
    assert site.build() == []
    return site


@pytest.fixture(scope="session")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The guide itself, built once into a folder of its own."""
    site = Site(ROOT, tmp_path_factory.mktemp("site"))
    assert site.build() == []
    return site
