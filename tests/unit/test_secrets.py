"""Which of the cluster's values are secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import pytest

from guide.clusters import secrets
from guide.clusters.base import Options
from guide.clusters.local import Local
from guide.progress import Progress


class Answers(Local):
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


def test_what_is_too_short_to_be_told_from_other_text() -> None:
    assert secrets.values(Answers(listed(password="secret"))) == []


def test_a_cluster_that_does_not_answer() -> None:
    assert secrets.values(Answers("the server is down", 1)) == []
