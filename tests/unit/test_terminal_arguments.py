"""Secrets among the arguments of commands: ps shows them to everyone on the machine."""

from __future__ import annotations

import pytest

from walkthrough.terminal.arguments import findings

from .conftest import SmallGuide

FENCE = "```"


def said(guide: SmallGuide, body: str, kind: str = ".step #a") -> list[str]:
    return [error.what for error in findings(guide.blocks(f"{FENCE}{{.bash {kind}}}\n{body}\n{FENCE}\n"))]


@pytest.mark.parametrize(
    "body",
    [
        'curl --header "Authorization: token $GITEA_TOKEN" https://a.test',
        'curl --user "gitops:$password" https://a.test',
        'curl -u "gitops:$(cat file)" https://a.test',
        'curl --header "Authorization: token $(gitea_token)" https://a.test',
        'argocd login a.test --username admin --password "$(\n  kubectl get secret x | base64 -d)"',
        'kubectl create secret generic x --from-literal=key="$(openssl rand -hex 16)"',
        'kubectl create secret generic x --from-literal key="$value"',
        'gitea admin user create --password "$value"',
        "kubectl exec pod/x -- bash -c 'gitea admin user create --password \"$(cat)\"'",
        "bash -c 'mysql --execute \"$DB_PASSWORD\"'",
        'kubectl --token "$(kubectl create token x)" get pods',
        'jq --arg value "$API_SECRET" --null-input {}',
        'git clone "https://bot:$TOKEN@a.test/x.git"',
        'f() {\n  curl --header "X: $1" "https://a.test/?token=${TOKEN}"\n}',
        'a | sudo env tool "$PASSWORD"',
    ],
)
@pytest.mark.parametrize("kind", [".step #a", ".check #a"])
def test_a_secret_in_an_argument_is_found(guide: SmallGuide, body: str, kind: str) -> None:
    (found,) = set(said(guide, body, kind))
    assert "with ps" in found


@pytest.mark.parametrize(
    "body",
    [
        'echo "$TOKEN" | curl --header @- https://a.test',
        'curl --config <(gitea_token | sed "s/.*/user = x:&/") https://a.test',
        'curl --data @- https://a.test <<< "$PASSWORD"',
        'printf "%s" "$PASSWORD" | argocd login a.test --username admin',
        'test -n "$TOKEN"',
        "TOKEN=$(new_token gitops write:repository)",
        "export TOKEN",
        "jq --null-input '{secret: $ENV.TOKEN}'",
        "kubectl get secret x --output jsonpath='{.data.password}' | base64 -d",
        "git ls-remote https://gitops:wrong@gitea.gitops.test/x.git",
        "gitea admin user create --random-password",
        'ssh-keygen -C "$(cat ~/.ssh/gitops.pub)"',
        "cat > file <<END\n$TOKEN\nEND",
        'diff <(kubectl get secret x) "$file"',
    ],
)
def test_what_starts_no_process_with_it_is_left_alone(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []


def test_the_line_is_that_of_the_command(guide: SmallGuide) -> None:
    (found,) = said(guide, "true &&\n  kubectl exec x -- sh -c '\n    tool \"$TOKEN\"'")
    assert found.endswith('tool "$TOKEN"\'')
