"""A plugin takes part in a run through the hooks, and what it does not say is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.hookspec import hookimpl
from walkthrough.machine.base import Answer, Cluster, Disposition, Options
from walkthrough.machine.local import Local
from walkthrough.machine.registry import get_cluster, named
from walkthrough.pages.loading import Page, load
from walkthrough.progress import Progress
from walkthrough.project import Project

from .conftest import SmallGuide

Register = Callable[[object], None]


@pytest.fixture
def added() -> Iterator[Register]:
    """Lets an object take part for the time of a test."""
    names: list[str] = []

    def add(plugin: object) -> None:
        names.append(f"test-{len(names)}")
        hooks.register(plugin, names[-1])

    yield add
    for name in names:
        hooks.manager().unregister(name=name)


class _Shed(Local):
    """A machine of a plugin's own."""

    provider = "shed"

    def answer(self, tag: str) -> Answer:
        return Answer(Disposition.SUBSTITUTED, f"the shed has done {tag}")


def test_a_plugin_brings_a_machine_and_what_when_names(guide: SmallGuide, added: Register) -> None:
    class Brings:
        @hookimpl
        def providers(self) -> list[str]:
            return ["shed"]

        @hookimpl
        def provider(self, name: str) -> type[Cluster] | None:
            return _Shed if name == "shed" else None

        @hookimpl
        def tags(self) -> list[str]:
            return ["rain"]

    guide.page("```{.bash .step #a when=rain}\nfalse\n```\n\n```{.bash .step #b}\ntrue\n```\n")
    _, errors = load(guide.project.page_path("index.md", "nb"))
    assert "rain is not one of" in errors[0].what
    with pytest.raises(UserError, match="no cluster provider 'shed'"):
        named("shed")
    added(Brings())
    assert named("shed") == "shed"
    assert isinstance(get_cluster("shed", Options(), Progress()), _Shed)
    ended = guide.run(provider="shed")
    assert ended.code == 0, ended.out
    assert "the shed has done rain" in ended.out


def test_a_plugin_says_what_is_wrong_with_a_page_and_what_it_stands_on(
    guide: SmallGuide, added: Register
) -> None:
    pins = "1"

    class Says:
        @hookimpl
        def page_errors(self, project: Project, page: Page) -> list[UserError]:
            return [UserError("no page begins with a step", where=f"{page.path}:1")] if page.blocks else []

        @hookimpl
        def page_pins(self, bodies: list[str]) -> str:
            return pins

    path = guide.page("```{.bash .step #a}\ntrue\n```\n")
    before = load(path)[0].pins
    added(Says())
    first = load(path)[0].pins
    pins = "2"
    assert len({before, first, load(path)[0].pins}) == 3
    ended = guide.run()
    assert (ended.code, ended.out.count("no page begins with a step")) == (4, 2)  # in both languages


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("validate", "this file is not for this machine"),
        ("secret_values", "a secret of the cluster has been printed"),
    ],
)
def test_a_plugin_fails_a_block(guide: SmallGuide, added: Register, hook: str, told: str) -> None:
    class Refuses:
        @hookimpl
        def validate(self, cluster: Cluster, path: Path) -> list[str]:
            return [f"this file is not for this machine: {path.name}"] if hook == "validate" else []

        @hookimpl
        def secret_values(self) -> list[str]:
            return ["swordfish-of-1943"] if hook == "secret_values" else []

        @hookimpl
        def evidence(self) -> str:
            return "the shed was dark"

    added(Refuses())
    guide.write("manifests/a/x.yaml", "a: 1\n")
    guide.page(
        "```{.bash .step #a}\ntoken=swordfish; echo $token-of-1943\n```\n\n"
        '```{.yaml .manifest title="a/x.yaml"}\na: 1\n```\n'
    )
    ended = guide.run()
    assert ended.code == 1
    assert told in ended.out
    assert "the shed was dark" in ended.out
    assert "swordfish-of-1943" not in ended.out


def test_an_answer_is_given_once_by_whoever_is_registered_twice() -> None:
    given: list[Any] = [hooks.tags()]
    import guide.hooks

    hooks.register(guide.hooks, "gitops-guide")
    assert given == [hooks.tags()]
    assert len(set(given[0])) == len(given[0])
