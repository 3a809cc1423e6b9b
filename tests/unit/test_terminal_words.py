"""What bash and zsh read differently, or only one of them has."""

from __future__ import annotations

import pytest

from walkthrough.terminal.words import findings

from .conftest import SmallGuide

FENCE = "```"


def said(guide: SmallGuide, body: str) -> list[str]:
    return [error.what for error in findings(guide.blocks(f"{FENCE}{{.bash .step #a}}\n{body}\n{FENCE}\n"))]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("# install it\ntrue", "zsh runs a comment"),
        ("true # now", "zsh runs a comment"),
        ("get() {\n  local method=$1 path=$2\n}", "zsh has path"),
        ("status=$?", "zsh has status"),
        ("for path in a b; do :; done", "zsh has path"),
        ("true | while read -r status; do :; done", "zsh has status"),
        ("echo a | read -p 'Name? ' name", "zsh's read takes -p"),
        ("read -ra words <<< 'a b'", "zsh's read takes -ra"),
        ("mapfile -t lines < file", "zsh has no mapfile"),
        ("readarray lines < file", "zsh has no readarray"),
        ("shopt -s nullglob", "zsh has no shopt"),
        ("setopt nullglob", "bash has no setopt"),
        ("print hello", "bash has no print"),
        ('echo "${BASH_SOURCE[0]}"', "zsh has no BASH_SOURCE"),
        ('echo "${PIPESTATUS[0]}"', "zsh has no PIPESTATUS"),
        ('echo "$HOSTNAME"', "zsh has no HOSTNAME"),
        ('names="a b"\nls $names', "bash splits $names"),
        ("for name in $names; do :; done", "bash splits $names"),
        ("kubectl get $kind/name", "bash splits $kind"),
        ("[ $a = b ]", "bash splits $a"),
        ("ls *.yaml", "zsh runs nothing where *.yaml matches"),
        ("rm -f ~/x/*", "matches no file"),
        ("for file in *.md; do :; done", "matches no file"),
        ("curl https://example.test/?a=b", "matches no file"),
        ("jq .items[0] file", "matches no file"),
        ("find . -name *.sh", "matches no file"),
        ("echo =ls", "takes =ls for the path"),
        ("[ a == b ]", "zsh takes == in ["),
        ('a=(x y)\necho "${a[0]}"', "zsh counts from 1"),
        ('a=(x y)\necho "${a[@]:1}"', "zsh counts from 1"),
        ("a[0]=x", "zsh counts from 1"),
        ('echo "${!name}"', "zsh has no ${!name}"),
        ('echo "${name^^}"', "zsh has no ${name^^}"),
        ('echo "${name@Q}"', "zsh has no ${name@Q}"),
        ("echo 'a\\nb'", "zsh's echo reads the backslash"),
        ('echo "a\\tb"', "zsh's echo reads the backslash"),
        ("local a=1", "bash has local only in functions"),
        ("type -t ls", "zsh's type takes -t"),
        ("wait -n", "zsh's wait takes -n"),
        ("export -f name", "zsh's export takes -f"),
        ("printf -v a %s b", "zsh's printf takes -v"),
        ("exit 1", "closes the reader's terminal"),
        ("test -e x || exit 1", "closes the reader's terminal"),
        ("set -euo pipefail", "stays on in the reader's shell"),
        ("return 1", "bash has return only"),
        ("alias k=kubectl\nk get pods", "an alias is not there yet"),
    ],
)
def test_what_differs(guide: SmallGuide, body: str, what: str) -> None:
    found = said(guide, body)
    assert any(what in each for each in found), found
    assert len(found) == 1 or "[0]" in body, found


@pytest.mark.parametrize(
    "body",
    [
        'ls "$names" "$(cat file)" $(cat file)',
        "a=$b\nexport c=$d",
        'for name in a b; do echo "$name"; done',
        "cat <<'END' > x\n# a comment\n* $names\nEND",
        "kubectl get pods --output jsonpath='{.items[*].metadata.name}'",
        "curl 'https://example.test/?a=b'",
        "find . -name '*.sh'",
        'a=(x y)\nls "${a[@]}" "${#a[@]}"',
        "f() {\n  local a=1 b\n  return 1\n}",
        'test "$#" = 0 || echo $# $?',
        "[[ $a == b* ]] && [[ -n $c ]]",
        "case $a in\n  a* | b?) echo ;;\nesac",
        'echo "${a:-none}" "${a%.*}" "${a##*/}" "${a:0:8}"',
        "echo 'hello'\nprintf 'a\\nb\\n'",
        "(exit 3) || true",
        "alias k=kubectl",
        "sed -i 's/a*/b/' file",
        "x=$((a * b))",
        "git log HEAD~2..HEAD --format=%h",
        "read -r a b <<< 'a b'",
        "k=v command env",
        "echo a#b",
        '[ "$a" = b ]',
        "kubectl wait --for=condition=Ready pod/x",
    ],
)
def test_what_is_the_same(guide: SmallGuide, body: str) -> None:
    assert said(guide, body) == []
