"""A failure inside a step that bash says nothing of is found before anything is run."""

from __future__ import annotations

import subprocess

import pytest

from guide import checks
from tests.pages import pages_of_this_repository
from walkthrough.errors import UserError
from walkthrough.pages.loading import load_all
from walkthrough.terminal import losses, pasted, swallowed, syntax

from .conftest import SmallGuide

#: Each ends with exit code 0 under set -euo pipefail, for all that a command in it has failed.
LOST = [
    'echo "$(false)"',
    "echo `false`",
    'printf "%s" "$(false)"',
    "export X=$(false)",
    "declare X=$(false)",
    "typeset X=$(false)",
    'readonly X="$(false)"',
    "f() { local X=$(false); }; f",
    "f() {\n  local a=1 X=$(false)\n}\nf",
    'export X="$(false)" Y=1',
    "X=$(false) Y=$(true)",
    'X="$(false)$(true)"',
    "A=($(false) $(true))",
    "X=$(false) true",
    "X=$(false; echo x)",
    "X=$(\n  false\n  echo x\n)",
    "cat <<EOF\n$(false)\nEOF",
    'cat <<< "$(false)"',
    "for x in $(false); do echo $x; done",
    "case $(false) in a) ;; esac",
    "[[ -z $(false) ]]",
    '[ "$(false)" != x ]',
    'test "$(false)" = "$(false)"',
    "[[ -n $(false) || 1 ]]",
    "echo $(($(false)))",
    "echo ${X:-$(false)}",
    'echo "$(cat /nonexistent 2>/dev/null)"',
    "cat < <(false)",
    "while read -r x; do echo $x; done < <(false)",
    "false && echo x; echo y",
    "test 1 = 2 && echo x\ntrue",
    "for x in a b; do false && echo; done; echo",
    "f() { false && echo; echo; }; f",
    "if true; then false && echo; fi; echo",
    "case x in x) false && echo ;; esac; echo",
    "! true; echo x",
    "false & echo x",
    "(false) & wait",
    "{ false; echo x; } && echo y",
    "(false; echo x) || true",
    "if false; echo x; then echo; fi",
    "if false | cat; then echo; fi; echo",
    "set +e; false; true",
    "set +o errexit; false; true",
    "set +o pipefail; false | true",
    "bash -c 'false; true'",
    'sh -c "false\ntrue"',
    "find / -maxdepth 0 -exec false {} \\;",
    "shopt -u -o errexit; false; true",
    "shopt -uo pipefail; false | true",
    "f() { false; echo x; }; f || true",
    "f() { false; echo x; }; f && echo y",
    "f() {\n  false\n  echo x\n}\nX=$(f)",
    "f() { false; echo x; }; if f; then echo; fi",
    "f() { false; echo x; }; while f; do break; done",
    "f() { false; false; }; ! f",
    '[[ "$(false)" == "" ]]',
    "[[ $(false) == * ]]",
    "[[ $(false) =~ ^.*$ ]]",
    "[[ $(false) -eq 0 ]]",
    "[ -n $(false) ]",
    "[ -e $(false) ]",
    "test -n $(false)",
    "bash <<EOF\nfalse\ntrue\nEOF",
    "sh -s <<'EOF'\nfalse\ntrue\nEOF",
    "false || exit 0",
    "exit 0\nfalse",
    "false & p=$!; true & wait $p $!",
    "cat < /dev/null > >(false)",
    # Where a group, a loop or a branch stands in a condition, or to the left of && and ||.
    "while { false; true; }; do break; done",
    "until false; true; do :; done",
    "if { false; true; }; then :; fi",
    "if (false; true); then :; fi",
    "while cat /nonexistent | grep x; do :; done",
    "until ! false | cat; do :; done",
    "if true; then false; true; fi || true",
    "for x in a b; do [ $x = b ] || false; done || true",
    "for x in a; do false; true; done && true",
    "while read -r x; do false; done <<< a || true",
    "{ false; true; } | cat || true",
    "! { true; false; }; true",
    "! false | true; true",
    "! false | true",
    "X=$( (false; true) )",
    # A function that calls such a one.
    "f() { false; true; }; g() { f; }; g || true",
    "f() { false; true; }; g() { f; }; h() { g; }; if h; then :; fi",
    # What is handed to a shell, in all ways.
    "bash <<< 'false; true'",
    "printf 'false\\ntrue\\n' | bash",
    "echo 'false; true' | sh -s",
    "cat <<'E' | bash\nfalse\ntrue\nE",
    "bash -o pipefail -c 'false; true'",
    "bash -uo pipefail -c 'false; true'",
    "bash --norc -c 'false; true'",
    "bash -ec 'false | true'",
    "bash -c 'set -e; false | true'",
    "bash -c 'false | true'",
    "bash -ec 'echo $(false)'",
    "eval 'false && true; true'",
    'eval "echo \\"\\$(false)\\""',
    # What decides otherwise than it looks.
    "trap 'exit 0' ERR; false",
    'trap "exit 0" EXIT ERR; false',
    "f() { exit 0; }; trap f EXIT; false",
    "coproc false; true",
    "false || { echo x; exit 0; }",
    "{ exit 0; }; false",
    "find / -maxdepth 0 -execdir false {} \\;",
    "[[ x$(false) == x ]]",
    '[ x = "x$(false)" ]',
    "[[ -d /$(false) ]]",
    '[ "$(false | wc -l)" = 0 ]',
    '[[ 0 == "$(false | grep -c x)" ]]',
    "for ((i=$(false)0; i<1; i++)); do true; done",
    "cat <<-E\n\t$(false)\n\tE",
    # What is told to be well.
    "false || true",
    "false || :",
    "false || echo failed",
    "false || printf 'failed\\n' >&2",
    "false || { echo failed; }",
    "(false) || (echo failed)",
    "false | cat || true",
    "false && true || true",
    "false && echo ok || echo not",
    "true && false || true",
    "f() { false || true; }; f",
    "if true; then false || true; fi",
    "for x in a b; do false || echo $x; done",
    "false 2>/dev/null || true",
    "false > /dev/null 2>&1 || true",
    "cd /nonexistent 2>/dev/null || true",
    "timeout 0.1 sleep 5 || true",
    "[ -s /nonexistent ] || true",
    "[ -s /nonexistent ] || echo none",
    "grep -q x /dev/null || true",
    "false || rc=$?",
    "false || rc=$?; echo",
    "x=$(false) || true",
    "{ false && true; } || true",
    "f() { false || return 0; }; f",
    # What ends, or gives up, before something else is run.
    "if true; then exit 0; fi; echo x; ls",
    "if false; then :; else exit 0; fi; ls",
    "[ -d /usr ] && exit 0; ls",
    "[ -d /usr ] && { echo x; exit; }; ls",
    "case x in x) exit 0 ;; esac; ls",
    "[ -d /nonexistent ] || exit 0; ls",
    "for x in a b; do exit 0; done; false",
    "f() { exit 0; }; f; false",
    "f() { if true; then exit 0; fi; ls; }; f",
    "f() { return 0; false; }; f",
    "exec true; false",
    "for i in 1 2; do if false; then break; fi; done",
    "for i in 1 2; do if false; then echo up; break; fi; done; echo done",
    "for i in 1 2; do false && break; done; echo",
    "for i in 1 2; do [ -e /nonexistent ] && break; done; echo",
    "for i in 1 2; do false && exit 0; done; echo never",
    "for ((i=0; i<2; i++)); do if false; then break; fi; done",
    "n=0; while [ $n -lt 2 ]; do if false; then break; fi; n=$((n+1)); done",
    # Where the grammar does not look, or a test is an answer.
    "cat <<EOF\n`false`\nEOF",
    "cat <<EOF | sort\nx `false` y\nEOF",
    "cat <<-EOF\n\t`false`\n\tEOF",
    "cat <<EOF\n$(echo) `false`\nEOF",
    'if [ "$(false)" = x ]; then echo; fi',
    "if [[ $(false) == x ]]; then echo; else echo no; fi",
    'if [ -d /usr ] && [ -n "$(false)" ]; then echo; fi',
    'if ! [ "$(false)" = x ]; then echo; fi',
    'while [ "$(false)" = x ]; do :; done',
    '! [ "$(false)" = x ]',
    "true && { false && true; }; true",
    "X=$(false &)",
    # What is handed on.
    "sh -c 'false || true'",
    "bash -c 'echo $(false)'",
    'bash -c "echo \\$(false)"',
    "sh -c 'false & true'",
    "sh -c 'if true; then exit 0; fi; false'",
    "bash - <<E\nfalse\ntrue\nE",
    "bash /dev/stdin <<E\nfalse\ntrue\nE",
    "printf '%s\\n' false true | sh",
    "setsid --wait sh <<E\nfalse\ntrue\nE",
    "awk 'BEGIN { system(\"false\") }'",
    "python3 -c 'import os; os.system(\"false\")'",
    "python3 -c 'import subprocess; subprocess.run([\"false\"])'",
    "python3 - <<'E'\nimport os\nos.system('false')\nE",
    "perl -e 'system(\"false\"); print 1'",
    # What only says, in a function, a loop, a heredoc, or the other way round.
    'warn() { echo "$1" >&2; }; false || warn failed',
    "ok() { :; }; false || ok",
    "false || cat <<< failed",
    "false || cat <<E\nfailed\nE",
    "false || date",
    "false || if true; then echo failed; fi",
    "false || for x in a; do echo $x; done",
    "false || case x in y) echo ;; esac",
    "false || export X=1",
    "if ! false; then echo failed; fi",
    "if ! false >/dev/null 2>&1; then echo failed >&2; fi",
    "for x in a b; do false || continue; done",
    # Zero is written in more ways than one.
    "exit 00; false",
    "exit 256; false",
    'exit "0"; false',
    "command exit; false",
    "builtin exit 0; false",
    "false || exit 00",
    "false || exit 256",
    "false || builtin exit 0",
    "f() { false || return 00; }; f",
    "if [ -d /usr ]; then exit 256; fi; ls",
    "set +'e'; false; true",
    'set +o "errexit"; false; true',
    "trap -- 'exit 0' EXIT; false",
    "trap 'exit 0' exit; false",
    "trap 'exit 0' err; false",
    "trap 'exit 0' DEBUG; false",
    "trap 'exec true' EXIT; false",
    "trap 'exit 00' EXIT; false",
    'trap "exit 256" EXIT; false',
    # A word about waiting or killing is neither.
    "false & echo kill",
    'false & echo "wait 5 minutes"',
    "false & # kill",
    # What a shell is handed, in other quotes and from other names of what it reads.
    "bash -c $'false\\ntrue'",
    "bash <<< $'false\\ntrue'",
    "eval $'false && true\\ntrue'",
    "echo false$'\\n'true | bash",
    "bash /dev/fd/0 <<E\nfalse\ntrue\nE",
    "bash /proc/self/fd/0 <<E\nfalse\ntrue\nE",
    "script -qc false /dev/null",
    "awk 'BEGIN { \"false\" | getline x }'",
    'awk \'BEGIN { print "a" | "cat >/dev/null; false" }\'',
    "perl -e 'open(P, \"false|\"); while(<P>){}'",
]

#: The same, where somebody else's machine or account would be asked.
LOST_ELSEWHERE = [
    "ssh host 'false; true'",
    'ssh -i key me@host "false\ntrue"',
    "su -c 'false; true' me",
    "ssh host false \\; true",
    "ssh -p 22 -i key host false '|' cat",
    "ssh host 'false || true'",
    "ssh host 'false &'",
    "ssh host <<'E'\nfalse\ntrue\nE",
    "ssh -T host sudo bash <<'E'\nfalse\ntrue\nE",
    "ssh host bash -s <<'E'\nfalse\ntrue\nE",
    "docker exec -i c sh <<E\nfalse\ntrue\nE",
    "enter -i pod -- bash <<E\nfalse\ntrue\nE",
    "flock lock -c 'false; true'",
    "script -qc 'false; true' log",
    "\"$SHELL\" -c 'false; true'",
]

#: Of these either somebody hears, or nothing in them fails.
HEARD = [
    "X=$(false)",
    "X+=$(false)",
    'X="a$(false)"',
    "X=${Y:-$(false)}",
    "A=($(false))",
    "export X; X=$(false)",
    'X=$(false) && echo "$X"',
    'echo "$(false || true)"',
    'echo "$(echo hi)"',
    'echo "$(printf %s x | tr a b | sort)"',
    'test -n "$(false)"',
    "[[ $(false) == x ]]",
    '[ "$(false)" -ge 5 ]',
    "true && false",
    "printf x && true; echo",
    "(false && echo a); echo",
    "f() { false && echo; }; f",
    "until false | grep x; do sleep 1; done",
    "if false; then exit 1; fi",
    "if make; then ls; fi",
    "sleep 1 & wait",
    'false & wait "$!"',
    "bash -c 'false && true'",
    "bash -ec 'false; true'",
    "bash -c 'set -e; false; true'",
    "diff <(echo a) <(printf a)",
    "curl --config <(false) https://example.test",
    "set +x; true",
    "X=$(false && echo x)",
    "shopt -s nullglob; shopt -u nullglob",
    "f() { false; echo x; }; f",
    "f() { false && echo x; }; f || exit 1",
    "f() { false || return; echo x; }; X=$(f)",
    "f() { set -e; false; echo x; }; X=$(f)",
    "f() { local a=1; shift; echo x; }; X=$(f a)",
    "[[ $(false) =~ a ]]",
    "[[ $(false) -ge 3 ]]",
    '[ -n "$(false)" ]',
    "bash -e <<EOF\nfalse\ntrue\nEOF",
    "bash <<EOF\nset -e\nfalse\ntrue\nEOF",
    "ssh host cat x",
    "ssh host 'set -e; false; true'",
    "false || exit 1",
    'false & p=$!; true & wait "$p"; wait "$!"',
    "X=$(( $(false) + 1 ))",
    "if { make && true; }; then ls; fi",
    "{ false || exit 1; echo x; } || true",
    "while :; do false || break; done || true",
    "until false | grep x; do sleep 1; done",
    "while ! false | grep x; do break; done",
    "while read -r x; do echo $x; done < file",
    "until X=$(false) && [ -z $X ]; do\n  if [ 1 = 2 ]; then\n    break\n  fi\n  sleep 1\ndone && echo",
    "f() { false; true; }; g() { f; }; g",
    "f() { false; true; }; g() { set -e; f; }; X=$(g)",
    "bash -euo pipefail -c 'false | true; true'",
    "bash -eo pipefail <<< 'false | true'",
    "bash script.sh",
    "echo x | sh script.sh",
    "curl x | bash",
    "eval 'false'",
    'eval "$X"',
    "trap 'rm -f x' EXIT",
    "trap 'exit 1' ERR; false",
    "trap 'exit 0' INT",
    "find . -execdir true {} +",
    '[ "x$(false)" = xa ]',
    '[ "$(false | wc -l)" = 3 ]',
    "cat <<-'E'\n\t$(false)\n\tE",
    "(exit 0); false",
    "! grep -q x file",
    # What may be taken for success.
    "rm x || true",
    "docker stop web 2> /dev/null || true",
    "sudo ip link delete x 2>/dev/null || true",
    "systemctl stop x || true",
    'kill "$pid" || true',
    "grep x file || true",
    "git diff a b || true",
    "(( i++ )) || true",
    "read -r x < file || true",
    "command -v jq || true",
    "[ -f x ] && rm x || true",
    "false || make",
    "grep -q x f || echo x >> f",
    "test -e x || mkdir x",
    "false || { echo failed >&2; false; }",
    'false || rc=$?; exit "${rc:-0}"',
    'for x in a b; do false || failed=1; done; exit "${failed:-0}"',
    'X=$(false) || X=; [ -n "$X" ]',
    'X=$(false || echo none); echo "$X"',
    "false || exit",
    # What ends where it may.
    "for i in 1 2; do if false; then exit 0; fi; sleep 1; done; exit 1",
    "for i in 1 2; do false && exit 0; sleep 1; done; echo never >&2; exit 1",
    "f() { for i in 1 2; do if false; then return 0; fi; done; return 1; }; f",
    "if false; then exit 0; fi; echo no >&2; exit 1",
    "case $x in a) exit 0 ;; *) exit 1 ;; esac",
    "main() { make; exit 0; }; main",
    "f() { test -e x || return 0; make; }; f",
    "f() { grep -q x f || return 0; make; }; f",
    "f() { if test -e x; then return 0; fi; make; }; f",
    "make; exit 0",
    "exec > log; make",
    "exec make",
    "for i in 1 2; do false && break; done",
    "for i in 1 2; do if false; then break; fi; done; false",
    "for i in 1 2; do if [ -e x ]; then break; fi; done; test -e x",
    'ok=; for i in 1 2; do if false; then ok=1; break; fi; done; [ -n "$ok" ]',
    "while true; do if false; then break; fi; sleep 1; done",
    "while :; do false && break; sleep 1; done",
    'for f in a b; do if [ -e "$f" ]; then found=$f; break; fi; done; echo "$found"',
    "cat <<'EOF'\n`false`\nEOF",
    "cat <<EOF\n\\`false\\`\nEOF",
    "cat <<EOF\n`hostname`\nEOF",
    'if [ "$(false)" = x ]; then echo; else exit 1; fi',
    'if ! [ "$(false)" = x ]; then echo no; exit 1; fi',
    'until [ "$(false)" = x ]; do sleep 1; done',
    'while ! [ "$(false)" = x ]; do sleep 1; done',
    'if [ "$(id -u)" = 0 ]; then echo; fi',
    # What is handed on so that it is heard of.
    "ssh host make '&&' ls",
    "ssh -p 22 host 'make && ls'",
    "ssh host bash -e <<'E'\nmake\nls\nE",
    "ssh host tee f <<E\na b\nc d\nE",
    "ssh -N -L 1:x:2 host",
    "enter -i pod -- cat <<E\nmake\nls\nE",
    "enter -i pod -- tee /bin/sh <<E\nmake\nls\nE",
    "apt-get install --yes bash <<< y",
    "sh -c 'make || exit 1'",
    'sh -c "echo \\$HOSTNAME"',
    "awk 'BEGIN { exit system(\"make\") }'",
    "awk '/system/ { print }' f",
    "perl -e 'system(\"make\") == 0 or die'",
    "perl -pe 's/system/x/' f",
    "python3 -c 'import subprocess; subprocess.run(\"make\", check=True)'",
    # What is said and done about it.
    'fail() { echo "$1" >&2; exit 1; }; false || fail no',
    "grep x f > /dev/null || cat >> f <<E\nx\nE",
    "test -f x || cat > x <<E\nx\nE",
    "if ! false; then echo failed >&2; exit 1; fi",
    "if ! grep -q x f; then echo none; fi",
    "if ! [ -d x ]; then echo none; fi",
    "if ! false; then make; fi",
    "if ! ls; then echo failed; else make; fi",
    "for f in *; do [ -f $f ] || continue; make $f; done",
    'ok=; for i in 1 2 3; do false || continue; ok=1; break; done; [ -n "$ok" ]',
    'false || export X=1; [ -z "$X" ]',
    "exit 1; false",
    "trap 'exit' EXIT; false",
    "make & p=$!; trap 'kill \"$p\"' EXIT; ls",
    "script -qec make log",
    'awk \'BEGIN { print 1 | "sort"; exit close("sort") }\'',
    "awk -F'|' '{ print $1 \"|\" $2 }' f",
    "awk '{ if ($1 || \"x\") print }' f",
]


@pytest.mark.parametrize("body", LOST + LOST_ELSEWHERE)
def test_a_failure_that_is_lost(body: str) -> None:
    assert list(losses.said(syntax.parse(f"{body}\n")))


@pytest.mark.parametrize("body", LOST)
def test_bash_really_says_nothing_of_it(body: str) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", body], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("body", HEARD)
def test_a_failure_that_somebody_hears_of(body: str) -> None:
    assert [text for _, text, _ in losses.said(syntax.parse(f"{body}\n"))] == []


def found(guide: SmallGuide) -> list[UserError]:
    """What is found in a small guide's blocks that are run."""
    run = pasted.blocks(load_all(guide.project), checks=True)
    return list(swallowed.findings(block for block in run if block.runs))


@pytest.mark.parametrize("info", ["{.bash .step #index-a}", "{.bash .check #index-a}"])
def test_it_is_found_wherever_it_is_written(guide: SmallGuide, info: str) -> None:
    guide.write("snippets/a.sh", 'true\necho "$(false)"\n')
    guide.page(f'text\n\n```{info}\n--8<-- "snippets/a.sh"\n```\n')
    (error,) = found(guide)
    assert error.where == "docs/nb/index.md:3, in snippets/a.sh:2"
    assert "the failure of $(false) is lost" in error.what
    guide.page(f'- item\n\n    ```{info}\n    true\n    echo "$(false)"\n    ```\n')
    (error,) = found(guide)
    assert error.where == "docs/nb/index.md:3, line 5"


def test_what_is_printed_may_be_compared(guide: SmallGuide) -> None:
    """Then a failure that is taken for success shows in the output; what goes to nobody does not."""
    step = "```{.bash .step #index-%s}\n%s\n```\n\n"
    output = "```{.text .output}\nno\n```\n\n"
    guide.page(step % ("a", "false 2>&1 || true") + output)
    run = [block for block in pasted.blocks(load_all(guide.project)) if block.runs]
    compared = swallowed.compared(load_all(guide.project))
    assert compared == {"index-a"}
    assert list(swallowed.findings(run, compared)) == []
    assert len(list(swallowed.findings(run))) == 1
    guide.page(step % ("a", "false > /dev/null 2>&1 || true") + output)
    run = [block for block in pasted.blocks(load_all(guide.project)) if block.runs]
    assert len(list(swallowed.findings(run, compared))) == 1


def test_functions_of_earlier_blocks_are_known(guide: SmallGuide) -> None:
    fence = "```{.bash .step #index-%s}\n%s\n```\n\n"
    guide.page(fence % ("a", "f() { false; true; }") + fence % ("b", "f || true"))
    (error,) = found(guide)
    assert error.where == "docs/nb/index.md:5, line 6"
    assert "where f stands here, nothing in it stops when false fails" in error.what


def test_guide_check_says_so(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    guide.page('```{.bash .check #index-a}\necho "$(false)"\n```\n')
    monkeypatch.setattr(swallowed, "allowances", tuple)
    errors = checks.in_both_shells(load_all(guide.project))
    assert any("the failure of $(false) is lost" in error.what for error in errors)


def test_what_may_be_lost_in_this_repository_is_there_and_has_a_reason() -> None:
    guide = pages_of_this_repository()
    blocks = [block for block in pasted.blocks(guide, checks=True) if block.runs]
    compared = swallowed.compared(guide)
    errors = [*swallowed.findings(blocks, compared), *swallowed.unused(blocks, compared)]
    assert [str(error) for error in errors] == []
    assert all(len(each.reason) > 20 for each in swallowed.allowances())
    without = [block for block in blocks if block.id != "backup-spoil"]
    assert [error.what for error in swallowed.unused(without, compared)] == [
        "backup-spoil loses no failure of spoil any more"
    ]


def test_what_cannot_be_read_is_refused(guide: SmallGuide) -> None:
    """Nobody has looked for failures in it."""
    guide.page("```{.bash .step #index-a}\n[ -d / ] && ls\nls\n```\n")
    (error,) = found(guide)
    assert error.where == "docs/nb/index.md:1, line 2"
    assert "cannot read this" in error.what
