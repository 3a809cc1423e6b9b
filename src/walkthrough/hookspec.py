"""What a site may add: the hooks that a plugin implements, with :data:`hookimpl`.

A plugin is an object or a module with functions of these names; each may take fewer arguments. It is found
by the entry point ``walkthrough`` of an installed distribution, or :func:`walkthrough.hooks.register` is
called with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pluggy

if TYPE_CHECKING:
    from walkthrough.errors import UserError
    from walkthrough.machine.base import Answer, Cluster, Replacement
    from walkthrough.machine.capture import Captured
    from walkthrough.masking import Masker
    from walkthrough.pages.loading import Page
    from walkthrough.project import Project
    from walkthrough.proof.record import Tally

NAME = "walkthrough"

hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


class Search(Protocol):
    """Looks for what the machine keeps secret wherever it must not be. A finding tells no secret."""

    #: What was searched, once it was; for people.
    said: str

    def start(self) -> None:
        """Begin to look at the machine, before a step; it may have been begun before."""

    def printed(self, name: str, streams: Iterable[Captured]) -> None:
        """Keep what a step has printed, for what is secret may be known only later."""

    def everywhere(self) -> Sequence[object]:
        """All findings, with what is secret now.

        :raises UserError: a place cannot be looked at.
        """

    def in_outputs(self) -> Sequence[object]:
        """Those in what was printed."""

    def in_files(self, paths: Iterable[Path]) -> Sequence[Any]:
        """Those in files of this machine; each has ``where``, the file's path."""

    def in_contents(self, contents: Mapping[str, bytes]) -> Sequence[object]:
        """Those in what is to be written, by the names of the files."""

    def close(self) -> None:
        """Stop looking."""


class Hooks:
    """The hooks. Where nothing else is said, the answers of all plugins count."""

    @hookspec(firstresult=True)
    def program(self) -> str:  # type: ignore[empty-body]
        """What a person calls the command line that brought them here; the first plugin's answer counts."""

    @hookspec(firstresult=True)
    def application(self) -> str:  # type: ignore[empty-body]
        """What a user's folders of cache and state are called; the first plugin's answer counts."""

    @hookspec
    def front_matter(self) -> Mapping[str, Any]:  # type: ignore[empty-body]
        """What a page's front matter may hold besides, as JSON Schema; ``description`` says what to write."""

    @hookspec
    def commands(self) -> Path:  # type: ignore[empty-body]
        """A file of the form of ``terminal/commands.toml``: what the site's own commands do."""

    @hookspec
    def noticed(self) -> Path:  # type: ignore[empty-body]
        """A file of the failures inside steps that are noticed all the same (:mod:`.terminal.swallowed`)."""

    @hookspec
    def floats(self) -> Mapping[str, str]:  # type: ignore[empty-body]
        """What floats besides in an output with ``match=like`` (:mod:`walkthrough.compare.like`): a regular
        expression for each name."""

    @hookspec
    def providers(self) -> Iterable[str]:  # type: ignore[empty-body]
        """The names of the kinds of machines that the plugin has."""

    @hookspec(firstresult=True)
    def provider(self, name: str) -> type[Cluster] | None:
        """The kind of machine of that name, if it is the plugin's."""

    @hookspec
    def tags(self) -> Iterable[str]:  # type: ignore[empty-body]
        """What ``when=`` can name; each provider has an answer to each."""

    @hookspec
    def page_pins(self, project: Project, meta: Mapping[str, Any], bodies: Sequence[str]) -> str:  # type: ignore[empty-body]
        """A digest of what a page depends on beside its blocks: when it is another, its proof is stale.

        :param meta: its front matter.
        :param bodies: its blocks'.
        """

    @hookspec
    def page_errors(self, project: Project, page: Page) -> Iterable[UserError]:  # type: ignore[empty-body]
        """What is wrong with a page beside its blocks."""

    @hookspec
    def record_errors(self, project: Project) -> Iterable[UserError]:  # type: ignore[empty-body]
        """What is wrong with the files that a proof is made with at the end, told before a run begins."""

    @hookspec(firstresult=True)
    def python_answer(self, cluster: Cluster) -> Answer | None:
        """Whether checks in Python run on this machine; they do where no plugin says anything."""

    @hookspec
    def validate(self, cluster: Cluster, path: Path) -> Iterable[str]:  # type: ignore[empty-body]
        """What the machine finds wrong with a file that a block has shown or written."""

    @hookspec
    def secret_values(self, cluster: Cluster) -> Iterable[str]:  # type: ignore[empty-body]
        """What the machine keeps secret now: no step may print it."""

    @hookspec(firstresult=True)
    def search(self, cluster: Cluster, masker: Masker) -> Search | None:
        """What searches for secrets at the end of a run."""

    @hookspec
    def last_page(self) -> str:  # type: ignore[empty-body]
        """The page before which the search takes place, for it takes everything away."""

    @hookspec
    def evidence(self, cluster: Cluster) -> str:  # type: ignore[empty-body]
        """What the machine says about a failure, beside what its provider tells."""

    @hookspec(firstresult=True)
    def tallies(
        self, project: Project, rows: Sequence[Replacement], passed: Callable[[str], bool]
    ) -> Sequence[Tally] | None:
        """What is known about each original that something stands in for.

        :param passed: whether a block of that name ran and held in this run.
        """
