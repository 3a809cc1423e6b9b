"""The search for the cluster's secrets at the end of the chain: what it finds, and where it looks."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from guide import leaks
from guide.clusters.stand_in import StandIn
from guide.leaks import Finding, Search, keyfiles
from guide.leaks.observer import Observer
from tests.waiting import until
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.capture import Captured
from walkthrough.masking import Masker
from walkthrough.progress import Progress

SECRET = "swordfish-of-1943-Zx81k3Qm"
NAME = "Secret gitea/admin password"
#: A cluster of one pod, whose answers stand in files.
KUBECTL = """\
#!/bin/bash
shift 2
while read -r words; do
  [[ $* != *"$words"* ]] || { echo "the server is down" >&2; exit 1; }
done < "$HOME/../answers/down"
case "$*" in
  "get secrets"*) cat "$HOME/../answers/secrets" ;;
  "get pods"*) cat "$HOME/../answers/pods" ;;
  "get configmaps"*) cat "$HOME/../answers/configmaps" ;;
  "get deployments.apps --namespace=gitea"*) cat "$HOME/../answers/gitea" ;;
  get*) echo '{"items": []}' ;;
  "api-resources"*) printf 'configmaps\\npods\\n' ;;
  "logs"*--previous) cat "$HOME/../answers/previous" ;;
  "logs"*) cat "$HOME/../answers/log" ;;
  "exec"*"for each in"*) echo /var/lib/gitea/git/repositories/gitops/x.git ;;
  "exec"*for-each-ref) cat "$HOME/../answers/refs" ;;
  "exec"*"-- git -C"*) cd "$HOME/../bare" && exec git cat-file --batch-all-objects --batch ;;
  "exec"*) cat "$HOME/../answers/keys" ;;
esac
"""


class Machine(StandIn):
    """This machine, with a home and a cluster of its own."""

    machine_of_its_own = True

    def __init__(self, folder: Path) -> None:
        super().__init__(Options(), Progress())
        self.folder = folder
        self.reader = self.home = folder / "home"
        self.reader.mkdir()
        commands = folder / "bin"
        commands.mkdir()
        (commands / "microk8s").write_text(KUBECTL)
        (commands / "microk8s").chmod(0o755)
        self.answer_with("secrets", items(password=SECRET))
        for name in ("pods", "configmaps", "gitea"):
            self.answer_with(name, '{"items": []}')
        for name in ("log", "previous", "refs", "keys", "down"):
            self.answer_with(name, "")

    def argv(self, command: Sequence[str]) -> list[str]:
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        return [
            "env",
            "-i",
            f"--chdir={self.home}",
            f"HOME={self.home}",
            f"PATH={path}",
            "LANG=C.UTF-8",
            *command,
        ]

    def answer_with(self, name: str, text: str) -> None:
        """Let the cluster answer with this."""
        file = self.folder / "answers" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def git(self, folder: Path, *words: str) -> None:
        """Let the reader call git."""
        folder.mkdir(parents=True, exist_ok=True)
        own = ("-c", "user.name=r", "-c", "user.email=r@x", "-c", "init.defaultBranch=main")
        subprocess.run(self.argv(["git", "-C", str(folder), *own, *words]), check=True, capture_output=True)


def items(**data: str) -> str:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    metadata = {"namespace": "gitea", "name": "admin"}
    return json.dumps({"items": [{"metadata": metadata, "data": encoded}]})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def search(machine: Machine) -> Iterator[Search]:
    search = Search(machine, Masker())
    yield search
    search.close()


def test_nothing_is_found_where_nothing_is(machine: Machine, search: Search) -> None:
    machine.git(machine.reader / "platform", "init")
    (machine.reader / "platform/a.yaml").write_text("kind: A\n")
    machine.git(machine.reader / "platform", "add", ".")
    machine.git(machine.reader / "platform", "commit", "-m", "a")
    assert search.everywhere() == []
    assert "1 secrets searched for" in search.said


def in_git(machine: Machine) -> None:
    """Committed, and amended away: the object is still there."""
    folder = machine.reader / "platform"
    machine.git(folder, "init")
    (folder / "a").write_text(f"password: {SECRET}\n")
    machine.git(folder, "add", ".")
    machine.git(folder, "commit", "-m", "a")
    (folder / "a").write_text("password: from the cluster\n")
    machine.git(folder, "commit", "-a", "--amend", "-m", "b")


def in_a_message(machine: Machine) -> None:
    machine.git(machine.reader / "nyan", "init")
    machine.git(machine.reader / "nyan", "commit", "--allow-empty", "-m", f"Use {SECRET}")


def in_an_address(machine: Machine) -> None:
    machine.git(machine.reader / "nyan", "init")
    machine.git(machine.reader / "nyan", "remote", "add", "origin", f"https://gitops:{SECRET}@gitea.test/x")


def in_gitea(machine: Machine) -> None:
    machine.answer_with("gitea", '{"items": [{"metadata": {}}]}')
    bare = machine.folder / "bare"
    bare.mkdir()
    machine.git(bare, "init", "--bare")
    done = ["git", "-C", str(bare), "hash-object", "-w", "--stdin"]
    subprocess.run(done, input=f"a: {SECRET}".encode(), check=True, capture_output=True)


def in_base64_in_a_file(machine: Machine) -> None:
    (machine.reader / ".git-credentials").write_text(base64.b64encode(f"x:{SECRET}".encode()).decode())


def in_a_log(machine: Machine, which: str = "log") -> None:
    status = {"name": "gitea", "state": {"running": {}}, "restartCount": 1}
    pod = {"metadata": {"namespace": "gitea", "name": "g-0"}, "status": {"containerStatuses": [status]}}
    machine.answer_with("pods", json.dumps({"items": [pod]}))
    machine.answer_with(which, f"starting\npassword={SECRET}\n")


def in_the_log_before(machine: Machine) -> None:
    in_a_log(machine, "previous")


def in_a_configmap(machine: Machine) -> None:
    configmap = {"metadata": {"namespace": "a", "name": "b"}, "data": {"x": json.dumps({"p": SECRET})}}
    machine.answer_with("configmaps", json.dumps({"items": [configmap]}))


@pytest.mark.parametrize(
    ("put", "where"),
    [
        (in_git, "git of ~/platform/.git: blob "),
        (in_a_message, "git of ~/nyan/.git: commit "),
        (in_an_address, "~/nyan/.git/config"),
        (in_gitea, "git of Gitea's gitops/x.git: blob "),
        (in_base64_in_a_file, "~/.git-credentials"),
        (in_a_log, "log of gitea/g-0 gitea"),
        (in_the_log_before, "log of gitea/g-0 gitea before it was started again"),
        (in_a_configmap, "configmaps a/b"),
    ],
)
def test_a_secret_is_found(
    machine: Machine, search: Search, put: Callable[[Machine], None], where: str
) -> None:
    put(machine)
    found = search.everywhere()
    assert any(one.secret == NAME and one.where.startswith(where) for one in found), found
    assert SECRET not in "".join(map(str, found))


def test_a_secret_in_what_a_step_printed_is_found(search: Search) -> None:
    text = f"token {SECRET}\n".encode()
    search.printed(
        "a at docs/nb/index.md:1", [Captured(text, b"", len(text), "1"), Captured(b"", b"", 0, "2")]
    )
    assert search.everywhere() == [Finding(NAME, "the output of a at docs/nb/index.md:1")]


def test_a_secret_in_an_argument_is_found_also_when_its_process_is_gone(search: Search) -> None:
    search.start()
    observer = search._observer
    assert observer is not None
    program = "import sys; sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, f"--password={SECRET}"], stdin=subprocess.PIPE
    ) as process:
        until(lambda: any(SECRET.encode() in line for line in observer.lines))
        process.communicate()
    (found,) = [one for one in search.everywhere() if one.where.startswith("the process list: ")]
    assert found.secret == NAME
    assert found.where.endswith("--password=***")


def test_a_program_that_takes_the_place_of_another_is_seen(machine: Machine) -> None:
    observer = Observer(machine, [sys.executable])
    observer.start()
    script = "read -r _; exec tail -f /dev/null --max-unchanged-stats=31415"
    process = subprocess.Popen(["bash", "-c", script], stdin=subprocess.PIPE)
    try:
        assert process.stdin is not None
        until(lambda: any(b"read -r _; exec tail" in line for line in observer.lines))
        process.stdin.write(b"\n")
        process.stdin.flush()
        until(lambda: any(line.startswith(b"tail -f") and b"=31415" in line for line in observer.lines))
    finally:
        process.kill()
        process.communicate()
        observer.end()
    assert observer.effort.times > 0
    # Ended, it can be started again, and still knows.
    observer.start()
    observer.end()
    assert any(line.startswith(b"tail -f") for line in observer.lines)


@pytest.mark.parametrize(
    "question",
    [
        "get deployments.apps --namespace=gitea",
        "for each in",
        "for-each-ref",
        "-- git -C",
        "for file in",
        "api-resources",
        "get configmaps",
        "get pods",
        "logs g-0",
    ],
)
def test_what_cannot_be_searched_is_an_error(machine: Machine, search: Search, question: str) -> None:
    in_gitea(machine)
    in_a_log(machine)
    machine.answer_with("down", f"{question}\n")
    with pytest.raises(UserError, match=r"cannot be searched: .*: the server is down"):
        search.everywhere()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("pods", "hello"),
        ("pods", "[" * 100_000),
        ("pods", '{"items": 5}'),
        ("pods", '{"items": [5]}'),
        ("pods", '{"items": [{"metadata": {}, "status": {"containerStatuses": [{"state": {}}]}}]}'),
        ("pods", '{"items": [{"metadata": {}, "status": 5}]}'),
        ("secrets", "hello"),
    ],
)
def test_an_answer_that_is_something_else_is_an_error(
    machine: Machine, search: Search, name: str, answer: str
) -> None:
    machine.answer_with(name, answer)
    with pytest.raises(UserError, match=r"cannot be searched: |microk8s printed|printed no mapping") as told:
        search.everywhere()
    assert "Traceback" not in str(told.value)


def test_what_was_brought_together_in_part_is_an_error(
    search: Search, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a place that is cut, the rest was never searched."""
    program = tmp_path / "gather.py"
    monkeypatch.setattr("guide.leaks.gather.__file__", str(program))
    for written in (b"hello", b"\0\0", b"\0\0\0\x01\0\0\0\x09abc"):
        program.write_text(f"import sys; sys.stdout.buffer.write({written!r})")
        with pytest.raises(UserError, match="in part only"):
            search.everywhere()


def test_command_lines_that_were_not_kept_are_an_error(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guide.leaks.observer.LARGEST", 1)
    search.start()
    observer = search._observer
    assert observer is not None
    until(lambda: observer.full)
    with pytest.raises(UserError, match="command lines, and those after that were not searched"):
        search.everywhere()


def test_gitea_s_own_keys_and_those_of_the_reader_are_secrets(machine: Machine, search: Search) -> None:
    machine.answer_with("gitea", '{"items": [{"metadata": {}}]}')
    machine.git(machine.folder / "bare", "init", "--bare")
    machine.answer_with("keys", f"/var/lib/gitea/secrets/INTERNAL_TOKEN={SECRET[::-1]}")
    (machine.reader / ".config/argocd").mkdir(parents=True)
    (machine.reader / ".config/argocd/config").write_text("users:\n- auth-token: abcdefghijkl.mnop-1\n")
    (machine.reader / "notes").write_text(f"{SECRET[::-1]}\nabcdefghijkl.mnop-1\n")
    found = {str(one) for one in search.everywhere() if one.where == "~/notes"}
    assert found == {
        "Gitea's INTERNAL_TOKEN: in ~/notes",
        "auth-token in ~/.config/argocd/config: in ~/notes",
    }


def test_of_somebody_s_own_machine_only_what_the_guide_makes_is_looked_at(
    machine: Machine, search: Search
) -> None:
    for path in ("platform/a.yaml", "private/a.yaml", ".ssh/id_ed25519", ".ssh/gitops_config", "notes"):
        (machine.reader / path).parent.mkdir(exist_ok=True)
        (machine.reader / path).write_text(SECRET)
    machine.machine_of_its_own = False
    assert [one.where for one in search.everywhere()] == ["~/.ssh/gitops_config", "~/platform/a.yaml"]


def test_secrets_in_files_of_the_reader() -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----"
    client = base64.b64encode(key.encode()).decode()
    places = {
        "~/.ssh/gitops": key.encode(),
        "~/.ssh/gitops.pub": b"token: not-a-secret-at-all",
        "~/.kube/config": f"users:\n- user:\n    client-key-data: {client}\n".encode(),
        "~/.kube/cache/x": b"token: not-a-secret-at-all",
        "~/.git-credentials": b"https://gitops:0123456789abcdef@gitea.test\n",
        "~/platform/a.yaml": b"token: not-a-secret-at-all",
        "~/.config/gitops/f.sh": b'TOKEN="$(current_token)"\n',
        "~/.config/gitops/g.sh": b"curl https://gitops:${a_password}@gitea.test\n",
    }
    assert dict(keyfiles.secrets(places)) == {
        "the private key in ~/.ssh/gitops": key,
        "client-key-data in ~/.kube/config": key,
        "the password of an address in ~/.git-credentials": "0123456789abcdef",
    }


def test_every_allowed_place_has_a_reason() -> None:
    rows = leaks.allowed()
    assert rows
    assert all(len(row.reason) > 20 for row in rows)
    assert not any(row.where == "*" for row in rows)
