"""What reads the terminal eats what is pasted after it."""

from __future__ import annotations

import pytest

from walkthrough.terminal.keyboard import findings

from .conftest import SmallGuide

FENCE = "```"


def said(guide: SmallGuide, *bodies: str, kind: str = "step") -> list[str]:
    why = ' reason="no"' if kind == "skip" else ""
    text = "".join(
        f"{FENCE}{{.bash .{kind} #s{n}{why}}}\n{body}\n{FENCE}\n\n" for n, body in enumerate(bodies)
    )
    return [error.what for error in findings(guide.blocks(text))]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("cat", "cat"),
        ("cat > file\nls", "cat"),
        ("cat - file", "cat"),
        ("read answer", "read"),
        ("read -r -p 'Go on? ' answer", "read"),
        ("ssh host uptime\nls", "ssh"),
        ("sudo bash", "bash"),
        ("bash", "bash"),
        ("sudo -i", "sudo"),
        ("python3", "python3"),
        ("kubectl exec -it pod -- sh", "kubectl"),
        ("kubectl exec --stdin deployment/x -- cat", "kubectl"),
        ("kubectl exec -i pod -- cat | wc -l", "kubectl"),
        ("kubectl apply -f -", "kubectl"),
        ("docker run --rm -i alpine", "docker"),
        ("grep hello", "grep"),
        ("sort | uniq", "sort"),
        ("jq .", "jq"),
        ("x=$(cat)", "cat"),
        ('echo "$(cat)"', "cat"),
        ("while read -r x; do echo; done", "read"),
        ("if true; then\n  cat\nfi", "cat"),
        ("k9s", "k9s"),
        ("openssl s_client -connect a:443", "openssl"),
        ("tee file", "tee"),
        ("f() {\n  cat\n}\nf", "f"),
        ('f() { kubectl exec --stdin x -- y "$@"; }\ng() { f; }\ng', "g"),
        ("curl --json @- https://example.test/", "curl"),
        ("read -r x < /dev/tty", "read"),
        ("cat < /dev/stdin", "cat"),
        ("select x in a b; do echo; done", "select"),
        ("xargs rm", "xargs"),
        ("sudo xargs --no-run-if-empty rm", "xargs"),
        ("sudo apt-get install jq", "apt-get"),
        ("apt upgrade", "apt"),
        ("git commit --all", "git"),
        ("git merge other", "git"),
        ("ssh-keygen -t ed25519 -f key", "ssh-keygen"),
        ("openssl req -new -key k -out r", "openssl"),
        ("docker login registry.example.test", "docker"),
        ("sudo ufw enable", "ufw"),
        ("nc -l 80", "nc"),
    ],
)
def test_what_reads_the_terminal(guide: SmallGuide, body: str, name: str) -> None:
    found = said(guide, body)
    assert len(found) == 1, found
    assert f": {name} reads the terminal" in found[0]


@pytest.mark.parametrize(
    "body",
    [
        "sudo apt-get install --yes jq",
        "apt-get -qqy install jq",
        "apt-get update",
        "git commit -qam 'x'",
        "git commit --quiet --message=x",
        "git merge --ff-only x",
        "git log -1",
        "ssh-keygen -f key -N ''",
        "openssl req -new -subj /CN=x -key k",
        "echo x | docker login --username x --password-stdin",
        "ls | xargs rm",
        "xargs rm < list",
        "yes | sudo apt-get install jq",
        "for x in a b; do echo; done",
        "kubectl",
        "curl",
    ],
)
def test_what_does_not_ask(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []


@pytest.mark.parametrize(
    "body",
    [
        "cat file",
        "cat < file",
        "cat <<'E'\nx\nE",
        "cat > file <<'E'\nx\nE",
        "cat <<< x",
        "true | cat",
        "while read -r x; do cat; done < file",
        "true | while read -r x; do echo; done",
        "true | { read -r x; echo; }",
        "ssh -n host uptime",
        "ssh host uptime < /dev/null",
        "kubectl exec deployment/x -- cat /file",
        "kubectl exec --stdin x -- y < file",
        "kubectl create --dry-run=client -o yaml | kubectl apply -f -",
        "kubectl apply -f - <<'E'\na: 1\nE",
        "cat <<'E' | kubectl apply -f -\na: 1\nE",
        "bash -c 'echo'",
        "bash script.sh",
        "sudo apt-get install --yes jq",
        "jq --null-input 1",
        "jq . file",
        "jq . <(echo 1)",
        "grep -r hello",
        "sed -n 1p file",
        "head -n 1 file",
        "openssl s_client -connect a:443 < /dev/null 2> /dev/null | openssl x509",
        "f() {\n  cat\n}\ntrue | f\nf < file",
        "f() { cat; } < file\nf",
        "f() { jq . <<< 1; }\nf",
        "python3 -c 1",
    ],
)
def test_what_does_not(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []


def test_a_function_of_an_earlier_step_is_known(guide: SmallGuide) -> None:
    (found,) = said(guide, "f() { cat; }", "true | f", "f")
    assert found.startswith("s2: f reads")


def test_a_window_of_its_own_is_the_last_thing_of_a_block_that_is_skipped(guide: SmallGuide) -> None:
    assert said(guide, "multipass launch\nmultipass shell gitops", kind="skip") == []
    assert len(said(guide, "multipass shell gitops\nls", kind="skip")) == 1
