"""Which of the cluster's values are secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import pytest

from guide.clusters import secrets
from guide.clusters.stand_in import StandIn
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.progress import Progress


class Answers(StandIn):
    """A machine whose kubectl prints a text."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(Options(), Progress())
        self.text, self.code = text, code

    def argv(self, command: Sequence[str]) -> list[str]:
        assert "secrets" in command
        return ["sh", "-c", 'printf %s "$1"; exit "$2"', "sh", self.text, str(self.code)]


def listed(**data: str) -> str:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return json.dumps({"items": [{"data": encoded}, {}]})


@pytest.mark.parametrize(
    "key", ["password", "token", "clientSecret", "tls.key", "webhook.gogs.secret", "server.secretkey", "auth"]
)
def test_what_a_secret_keeps_secret(key: str) -> None:
    assert secrets.values(Answers(listed(**{key: "swordfish-of-1943"}))) == ["swordfish-of-1943"]


@pytest.mark.parametrize("key", ["username", "url", "ca.crt", "tls.crt", "clientID", "admin.passwordMtime"])
def test_what_a_secret_holds_besides(key: str) -> None:
    assert secrets.values(Answers(listed(**{key: "https://gitea.gitops.test/"}))) == []


@pytest.mark.parametrize(
    "value",
    ["gitea.gitops.test", "https://gitea.gitops.test/gitops/nyan.git", "build@gitops.test", "Kubernetes"],
)
def test_what_is_none_under_a_name_that_tells_nothing(value: str) -> None:
    assert secrets.values(Answers(listed(sx7k2mm=value))) == []
    assert secrets.values(Answers(listed(password=value))) == [value][: len(value) >= secrets.SHORTEST]


@pytest.mark.parametrize(
    "value", ["3f786850e387550f", "https://u:0123456789@h.test/", "correct-horse-battery"]
)
def test_what_is_one_under_a_name_that_tells_nothing(value: str) -> None:
    assert secrets.values(Answers(listed(sx7k2mm=value))) == [value]


def test_the_secret_fields_of_a_file() -> None:
    self_made = "0123456789abcdef"
    login = json.dumps({"auths": {"registry.test": {"username": "builder-of-all", "password": self_made}}})
    assert secrets.values(Answers(listed(**{".dockerconfigjson": login}))) == [self_made]
    settings = f"host: registry.gitops.test\ntoken: {self_made}\n"
    assert secrets.values(Answers(listed(config=settings))) == [self_made]


def test_what_is_too_short_to_be_told_from_other_text() -> None:
    assert secrets.values(Answers(listed(password="secret"))) == []


def test_a_cluster_that_does_not_answer() -> None:
    assert secrets.values(Answers("the server is down", 1)) == []


ODD = ["", "hello", "[]", '{"items": 5}', '{"items": [5]}', "[" * 100_000]
ODD += ['{"items": [{"data": 5}]}', '{"items": [{"data": {"password": 5}}]}', '{"items": [{"metadata": []}]}']
ODD += ['{"items": [{"data": {"password": "a"}}]}', '{"items": [{"metadata": {"name": "x"}, "data": "abc"}]}']


@pytest.mark.parametrize("said", [*ODD, '{"items": "swordfish-of-1943"}'])
def test_a_cluster_that_answers_with_something_else(said: str) -> None:
    """An empty list would be a run in which nothing was secret."""
    with pytest.raises(UserError, match="sh printed") as told:
        secrets.values(Answers(said))
    assert told.value.fix
    # What it printed may be the secrets.
    assert "swordfish" not in told.value.what


def test_who_searches_for_secrets_needs_an_answer() -> None:
    with pytest.raises(UserError, match="the server is down"):
        secrets.held(Answers("the server is down", 1))


@pytest.mark.parametrize("value", ["[" * 80_000, "9" * 5000, '{"a":' * 900 + "1" + "}" * 900])
def test_a_value_that_only_looks_like_a_file(value: str) -> None:
    assert len(secrets.values(Answers(listed(password=value)))) <= 1


def test_a_value_that_names_another_secret_is_none() -> None:
    def of(name: str, **data: str) -> dict[str, object]:
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        return {"metadata": {"namespace": "argocd", "name": name}, "data": encoded}

    naming = of("argocd-secret", **{"webhook.gogs.secret": "$argocd-webhook:key"})
    other = of("argocd-webhook", key="swordfish-of-1943")
    assert secrets.values(Answers(json.dumps({"items": [naming, other]}))) == ["swordfish-of-1943"]
    # Argo CD takes the words themselves where there is no such Secret.
    assert secrets.values(Answers(json.dumps({"items": [naming]}))) == ["$argocd-webhook:key"]
