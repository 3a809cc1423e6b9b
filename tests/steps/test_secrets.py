"""What is made once and kept: nothing empty is stored, and nothing good is overwritten."""

from __future__ import annotations

import json

import pytest

from .conftest import Terminal

GOOD = "0123456789abcdef0123456789abcdef01234567"
#: A cluster without the secret. It keeps what it is given; of nothing it makes nothing, as kubectl does.
CLUSTER = """\
case "$*" in
  get\\ secret*) exit 1 ;;
  exec*generate-access-token*) {token} ;;
  create*|apply*|patch*) body=$(cat); [ -n "$body" ] || exit 1; echo "$body" > "$SAID/stored" ;;
esac
"""
#: What Gitea may answer that is no token.
NO_TOKEN = {
    "nothing": "exit 1",
    "words": "echo 'access token name has been used already'",
    "half of one": f"echo {GOOD[:20]}",
}


def cluster(terminal: Terminal, token: str = f"echo {GOOD}") -> None:
    terminal.stand_in("kubectl", CLUSTER.format(token=token))
    terminal.stand_in("curl", "echo '{}'")


@pytest.mark.parametrize(
    ("steps", "field"),
    [(("gitea/token",), "token"), (("gitea/token", "argocd/bot"), "password")],
    ids=["gitea", "argocd"],
)
def test_a_token_is_stored(terminal: Terminal, steps: tuple[str, ...], field: str) -> None:
    cluster(terminal)
    terminal.paste(*steps)
    assert json.loads(terminal.told("stored"))["stringData"][field] == GOOD


@pytest.mark.parametrize("answer", NO_TOKEN.values(), ids=NO_TOKEN)
@pytest.mark.parametrize("last", ["gitea/token", "argocd/bot"])
def test_what_is_no_token_is_not_stored(terminal: Terminal, last: str, answer: str) -> None:
    cluster(terminal, answer)
    steps = ["gitea/token"] if last == "gitea/token" else ["gitea/token", last]
    terminal.paste(*steps)
    assert terminal.told("stored") == ""


def test_a_token_is_asked_for_under_a_name_that_no_other_has(terminal: Terminal) -> None:
    # Interrupted between the two, the first is in Gitea and nowhere else; its name is taken.
    cluster(terminal, "exit 1")
    terminal.paste("gitea/token")
    asked = [call for call in terminal.calls("kubectl") if "generate-access-token" in call]
    names = {call.partition("--token-name ")[2].partition(" --")[0] for call in asked}
    assert len(names) == len(asked) == 2
    assert all(name.startswith("guide 20") for name in names)


@pytest.mark.parametrize("answer", NO_TOKEN.values(), ids=NO_TOKEN)
def test_credentials_are_left_alone_where_there_are_no_new_ones(terminal: Terminal, answer: str) -> None:
    cluster(terminal, answer)
    terminal.paste("troubleshooting/credentials-fix", before=step_functions("gitea/token", "argocd/bot"))
    assert terminal.told("stored") == ""
    assert not [call for call in terminal.calls("kubectl") if call.startswith("annotate")]


def step_functions(*steps: str) -> str:
    """The functions that steps define, without the rest of them."""
    from guide.paths import SNIPPETS

    texts = ((SNIPPETS / f"{step}.sh").read_text(encoding="utf-8") for step in steps)
    return "\n".join(text.partition("\nkeep ")[0] for text in texts)


def test_a_password_is_stored_only_if_one_was_made(terminal: Terminal) -> None:
    cluster(terminal)
    terminal.stand_in("openssl", "exit 1")
    terminal.paste("gitea/admin-secret")
    assert terminal.told("stored") == ""
    terminal.stand_in("openssl", f"echo {GOOD}")
    terminal.paste("gitea/admin-secret")
    assert json.loads(terminal.told("stored"))["stringData"] == {"username": "gitops", "password": GOOD}


@pytest.mark.parametrize("refused", ["none", "argocd.gitops.test", "localhost"])
def test_clients_are_stored_both_or_not_at_all(terminal: Terminal, refused: str) -> None:
    cluster(terminal)
    answer = '{"client_id": "id", "client_secret": "secret"}'
    terminal.stand_in("curl", f"""[[ "$*" != *{refused}* ]] || exit 22; echo '{answer}'""")
    terminal.paste("argocd/sso-client")
    stored = terminal.told("stored")
    assert bool(stored) is (refused == "none")
    if stored:
        expected = {"clientID": "id", "clientSecret": "secret", "cliClientID": "id"}
        assert json.loads(stored)["stringData"] == expected


@pytest.mark.parametrize(
    ("gitea", "kubectl", "stored", "hooked"),
    [
        ("echo '[]'", "", True, True),
        ("exit 22", "", False, False),
        ("echo '[\"https://argocd.gitops.test/api/webhook\"]'", "", False, False),
        ("echo '[]'", "exit 1", False, False),
    ],
    ids=["new", "Gitea does not answer", "there already", "the cluster does not answer"],
)
def test_a_webhook_and_its_secret_are_made_together(
    terminal: Terminal, gitea: str, kubectl: str, stored: bool, hooked: bool
) -> None:
    terminal.stand_in("kubectl", f"{kubectl}\ncat > $SAID/stored")
    terminal.stand_in("curl", f'[ "$1" = POST ] || {{ {gitea}; exit; }}\ncat > $SAID/hook; echo "{{}}"')
    terminal.paste("argocd/webhook")
    assert bool(terminal.told("stored")) is stored
    assert bool(terminal.told("hook")) is hooked
    if stored:
        secrets = json.loads(terminal.told("stored"))["stringData"]
        assert set(secrets.values()) == {json.loads(terminal.told("hook"))["config"]["secret"]}
        assert "webhook.github.secret" in secrets, "Argo CD takes what says it is from GitHub, too"


LOGIN = ("registry/tokens", "registry/secret")


def test_the_login_for_images_goes_past_no_command_line(
    terminal: Terminal,
) -> None:
    cluster(terminal)
    terminal.paste(*LOGIN)
    stored = json.loads(terminal.told("stored"))
    assert (stored["type"], stored["metadata"]["namespace"]) == ("kubernetes.io/dockerconfigjson", "nyan")
    logins = json.loads(stored["stringData"][".dockerconfigjson"])["auths"]
    assert logins == {"gitea.gitops.test": {"username": "node", "password": GOOD}}
    calls = [*terminal.calls("kubectl"), *terminal.calls("curl")]
    assert any("generate-access-token" in call and "--scopes read:package" in call for call in calls)
    assert [call for call in calls if GOOD in call] == []


@pytest.mark.parametrize("answer", NO_TOKEN.values(), ids=NO_TOKEN)
def test_no_login_for_images_is_stored_without_a_token(terminal: Terminal, answer: str) -> None:
    cluster(terminal, answer)
    terminal.paste(*LOGIN)
    assert terminal.told("stored") == ""


def test_the_administrator_stays_until_another_way_in_is_there(terminal: Terminal) -> None:
    terminal.stand_in("kubectl", '[ "$1" != apply ]')
    terminal.paste("argocd/sso")
    assert [call.split()[0] for call in terminal.calls("kubectl")] == ["apply"]
