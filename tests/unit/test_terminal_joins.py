"""A verification whose failure stops nothing, and a value that is stored without having been looked at."""

from __future__ import annotations

import pytest

from walkthrough.terminal.joins import findings

from .conftest import SmallGuide

FENCE = "```"
GOES_ON, LOST, STORES, FUNCTION = "goes on with this", "lost in the pipe", " stores ", "the function goes on"


def said(guide: SmallGuide, *bodies: str) -> list[str]:
    text = "".join(f"{FENCE}{{.bash .step #s{n}}}\n{body}\n{FENCE}\n\n" for n, body in enumerate(bodies))
    return [error.what for error in findings(guide.blocks(text))]


@pytest.mark.parametrize(
    ("body", "what", "line"),
    [
        ("sha256sum --check sums\nsudo install tool /usr/local/bin", GOES_ON, "sudo install"),
        ("sha256sum -c sums; mv tool bin", GOES_ON, "sha256sum"),
        ("sha256sum --check sums\ntar -xzf tool.tgz\nsudo install tool", GOES_ON, "tar -xzf"),
        ("test -s file\nkubectl apply -f file", GOES_ON, "kubectl apply"),
        ("[ -s file ]\ngit push", GOES_ON, "git push"),
        ("[[ -s file ]]\ngit push", GOES_ON, "git push"),
        ("grep -q ready file\nkubectl delete pod x", GOES_ON, "kubectl delete"),
        ("grep ready file > /dev/null\nkubectl delete pod x", GOES_ON, "kubectl delete"),
        ("kubectl wait pod/x --for=condition=Ready\nkubectl patch pod x -p '{}'", GOES_ON, "kubectl patch"),
        ("kubectl rollout status deployment/x\nkubectl create namespace y", GOES_ON, "kubectl create"),
        ("kubectl rollout status deployment/x | tail -1\nkubectl delete pod x", GOES_ON, "kubectl delete"),
        ("curl --fail -sSLO https://a.test/x.deb\nsudo apt-get install ./x.deb", GOES_ON, "sudo apt-get"),
        ("curl -fsSL https://a.test/x -o x\nsh x", GOES_ON, "sh x"),
        ("sha256sum --check sums || echo bad\nsudo install tool", GOES_ON, "sudo install"),
        ("sha256sum --check sums && tar -x -f a\nsudo install tool", GOES_ON, "sudo install"),
        ("if true; then\n  test -s a\n  rm -rf b\nfi", GOES_ON, "rm -rf"),
        ("for x in a b; do\n  test -s $x\n  rm $x\ndone", GOES_ON, "rm"),
        ("{\n  test -s a\n  rm b\n}", GOES_ON, "rm b"),
        ("(cd x\ntest -s a\nrm b)", GOES_ON, "rm b"),
        ("ready() { kubectl wait pod/x --for=condition=Ready; }\nready\ngit push", GOES_ON, "git push"),
        ("deploy() { kubectl apply -f x; }\ntest -s x\ndeploy", GOES_ON, "deploy"),
        ("kubectl rollout status deployment/x | tail -1 && kubectl delete pod x", LOST, "kubectl rollout"),
        (
            "test -s a && kubectl rollout status deployment/x | tail -1 && kubectl delete pod x",
            LOST,
            "kubectl rollout",
        ),
        ('as() { K=1 "$@"; }\ntest -s x\nas kubectl create -f x', GOES_ON, "as kubectl"),
        ('as() { K=1 sudo "$@"; }\nf() { rm b; }\ntest -s x\nas as f', GOES_ON, "as as f"),
        ('as() { K=1 "$@"; }\nas kubectl wait pod/x --for=create\ngit push', GOES_ON, "git push"),
        ("test -s a\ncat > b <<'END' &&\nx\nEND\ntrue\nrm c", GOES_ON, "rm c"),
        ('made() { kubectl apply -f x; }\nf() { rm "$1"; }\ntest -s x\nmade a\nf a', GOES_ON, "made"),
        ("f() {\n  kubectl wait pod/x --for=create\n  kubectl get pod x\n}", FUNCTION, "kubectl wait"),
        ("openssl rand -hex 8 | kubectl create secret generic a --from-file=b=/dev/stdin", STORES, "openssl"),
        ("kubectl create secret generic a --from-file=b=<(openssl rand -hex 8)", STORES, "kubectl create"),
        (
            'kubectl create secret generic a --from-literal=b="$(openssl rand -hex 8)"',
            STORES,
            "kubectl create",
        ),
        (
            "random() { openssl rand -hex 8; }\nkubectl create secret generic a --from-file=b=<(random)",
            STORES,
            "<(r",
        ),
        ("kubectl get secret a -o json | jq .x | gitea_api POST b --data @-", STORES, "kubectl get"),
        ("gitea_api POST clients | jq '{a: .id}' | kubectl apply -f -", STORES, "gitea_api POST"),
        ("printf '%s' \"$TOKEN\" | kubectl patch secret a --patch-file=/dev/stdin", STORES, "$TOKEN"),
    ],
)
def test_what_has_to_be_joined(guide: SmallGuide, body: str, what: str, line: str) -> None:
    (found,) = said(guide, body)
    assert what in found
    assert line in found


@pytest.mark.parametrize(
    "body",
    [
        "sha256sum --check sums &&\n  sudo install tool /usr/local/bin",
        "(cd x && sha256sum --check sums && sudo install tool)",
        "if sha256sum --check sums; then\n  sudo install tool\nfi",
        "kubectl apply -f x\nkubectl wait pod/x --for=condition=Ready\nkubectl get pod x",
        "test -f key || ssh-keygen -f key -N ''\ngit push",
        "git diff --cached --quiet || git commit --message=a\ngit push",
        "grep -q x file > /dev/null || echo x >> file\ngit add file\ngit push",
        "if ! kubectl get secret a > /dev/null; then\n  kubectl create namespace x\nfi\ngit push",
        "grep ready file\nkubectl delete pod x",
        "curl -fsS https://a.test/ | grep title\nkubectl delete pod x",
        "kubectl wait pod/x --for=create\nkubectl apply --dry-run=server -f x",
        "kubectl run small --image=a\nkubectl wait pod/small --for=create\nkubectl delete pod small",
        "f() {\n  kubectl wait pod/x --for=create &&\n    kubectl get pod x\n}\nf",
        "until test -s x; do sleep 1; done\ngit push",
        'value=$(openssl rand -hex 8) && test -n "$value" &&\n'
        '  printf %s "$value" | kubectl create secret generic a --from-file=b=/dev/stdin',
        'if [ -n "$TOKEN" ]; then\n  printf %s "$TOKEN" | kubectl patch secret a --patch-file=/dev/stdin\nfi',
        "openssl rand -hex 8 | jq --raw-input '{a: .}' | kubectl create -f -",
        "gitea_api POST clients | jq 'select(.id) | {a: .id}' | kubectl apply -f -",
        "names='a b'\necho \"127.0.0.1 $names\" | sudo tee -a /etc/hosts",
        "kubectl create configmap a --from-file=b --dry-run=client -o yaml | kubectl apply -f -",
        ("test -s a && cat > b <<'END' &&\nx\nEND\nkubectl apply -f b"),
        ('over() { kubectl delete pod "$1"; }\nkubectl run a && kubectl wait pod/a --for=create\nover a'),
        (
            "token() { test -s x && echo 1; }\nlogged_in() { docker login --password-stdin; }\n"
            "token | logged_in && kubectl delete pod x"
        ),
        ('as() { K=1 "$@"; }\ntest -s x\nas kubectl get pods'),
    ],
)
def test_what_is_well(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []


def test_functions_of_earlier_steps_are_known(guide: SmallGuide) -> None:
    (found,) = said(guide, "built() { test -s x; }", "built\ngit push")
    assert GOES_ON in found
