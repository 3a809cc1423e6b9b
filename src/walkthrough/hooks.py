"""The plugins of this process, and what they answer together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from walkthrough.hookspec import NAME, Hooks, Search

if TYPE_CHECKING:
    from walkthrough.errors import UserError
    from walkthrough.machine.base import Answer, Cluster, Replacement
    from walkthrough.masking import Masker
    from walkthrough.pages.loading import Page
    from walkthrough.project import Project
    from walkthrough.proof.record import Tally


@lru_cache(maxsize=1)
def manager() -> pluggy.PluginManager:
    """The one of this process. What installed distributions bring is registered in it."""
    plugins = pluggy.PluginManager(NAME)
    plugins.add_hookspecs(Hooks)
    return plugins


@lru_cache(maxsize=1)
def _loaded() -> pluggy.PluginManager:
    for point in entry_points(group=NAME):
        # To load one may be to register it: some do that themselves.
        register(point.load(), point.name)
    return manager()


def register(plugin: object, name: str) -> None:
    """Let a plugin take part, once."""
    if not manager().has_plugin(name):
        manager().register(plugin, name)


def _hook() -> Any:
    return _loaded().hook


def _each(answers: Iterable[Iterable[Any]]) -> list[Any]:
    """The answers of all plugins in one list, the one that was registered first first."""
    return [one for answer in reversed(list(answers)) for one in answer]


def program() -> str:
    """The name of the command line, for what a person is told to run."""
    return str(_hook().program() or NAME)


def application() -> str:
    """The name of a user's folders of cache and state."""
    return str(_hook().application() or NAME)


def front_matter() -> list[Mapping[str, Any]]:
    """What a page's front matter must be."""
    return list(_hook().front_matter())


def commands() -> list[Path]:
    """The files that say what commands do, beside the package's own."""
    return list(reversed(_hook().commands()))


def noticed() -> list[Path]:
    """The files of failures that are noticed all the same."""
    return list(reversed(_hook().noticed()))


def floats() -> dict[str, str]:
    """What floats in an output with ``match=like``, beside what does everywhere."""
    return {name: pattern for answer in reversed(_hook().floats()) for name, pattern in answer.items()}


def plugins() -> frozenset[object]:
    """Which plugins there are: what is made of their answers is made anew when there are others."""
    return frozenset(_loaded().get_plugins())


def providers() -> list[str]:
    """The kinds of machines that a command line offers."""
    return _each(_hook().providers())


def provider(name: str) -> type[Cluster] | None:
    """The kind of machine of that name."""
    found: type[Cluster] | None = _hook().provider(name=name)
    return found


def tags() -> list[str]:
    """What ``when=`` can name."""
    return _each(_hook().tags())


def page_pins(project: Project, meta: dict[str, Any], bodies: Sequence[str]) -> str:
    """A digest of what a page depends on beside its blocks: a SHA-256 in hexadecimal."""
    digests: list[str] = _hook().page_pins(project=project, meta=meta, bodies=bodies)
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(reversed(digests)).encode()).hexdigest()
    )


def page_errors(project: Project, page: Page) -> list[UserError]:
    """What is wrong with a page beside its blocks."""
    return _each(_hook().page_errors(project=project, page=page))


def record_errors(project: Project) -> list[UserError]:
    """What is wrong with the files that a proof is made with."""
    return _each(_hook().record_errors(project=project))


def python_answer(cluster: Cluster) -> Answer | None:
    """What a plugin says of checks in Python."""
    answer: Answer | None = _hook().python_answer(cluster=cluster)
    return answer


def validate(cluster: Cluster, path: Path) -> list[str]:
    """What the machine finds wrong with a file."""
    return _each(_hook().validate(cluster=cluster, path=path))


def secret_values(cluster: Cluster) -> list[str]:
    """What the machine keeps secret now."""
    return _each(_hook().secret_values(cluster=cluster))


def search(cluster: Cluster, masker: Masker) -> Search | None:
    """What searches for secrets at the end of a run."""
    found: Search | None = _hook().search(cluster=cluster, masker=masker)
    return found


def last_pages() -> list[str]:
    """The pages before which the search takes place."""
    return list(_hook().last_page())


def evidence(cluster: Cluster) -> str:
    """What the machine says about a failure, beside what its provider tells."""
    return "\n".join(reversed(_hook().evidence(cluster=cluster)))


def tallies(
    project: Project, rows: Sequence[Replacement], passed: Callable[[str], bool]
) -> Sequence[Tally] | None:
    """What is known about the originals of what stands in."""
    found: Sequence[Tally] | None = _hook().tallies(project=project, rows=rows, passed=passed)
    return found
