"""A line that must not run when the one before failed, and a step that is pasted a second time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guide.paths import SNIPPETS

from .conftest import Repository, Terminal

HOLD = "delivered() { :; }\n"
# kubectl, in front of an application whose last operation ended as %s.
OWNED = """case "$1 $2" in
  "get application") echo -n '%s' ;;
  "get -k") echo '{"items": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}]}' ;;
  "apply "*) cat > $SAID/applied ;;
esac
"""


def functions(step: str) -> str:
    """What a step defines, up to where it keeps it."""
    return (SNIPPETS / f"{step}.sh").read_text(encoding="utf-8").partition("\nkeep ")[0]


def commit() -> str:
    """The function that the first commit of the guide defines."""
    text = (SNIPPETS / "gitea/first-commit.sh").read_text(encoding="utf-8")
    return text[text.index("commit() {") :].partition("\nkeep ")[0]


@pytest.mark.parametrize(
    ("step", "program", "sums"),
    [
        ("argocd/cli", "argocd-linux-amd64", "cli_checksums.txt"),
        ("troubleshooting/popeye-install", "popeye_linux_amd64.tar.gz", "checksums.sha256"),
    ],
)
@pytest.mark.parametrize("sum_of", ["another file", "nothing"])
def test_a_program_that_is_not_what_its_sum_says_is_not_installed(
    terminal: Terminal, step: str, program: str, sums: str, sum_of: str
) -> None:
    line = f"{'0' * 64}  {program}" if sum_of == "another file" else ""
    terminal.stand_in("dpkg", "echo amd64")
    terminal.stand_in("curl", f"echo program > {program}; echo '{line}' > {sums}")
    terminal.stand_in("sudo", "")
    terminal.stand_in("tar", "")
    done = terminal.paste(step)
    assert done.returncode != 0
    assert terminal.calls("sudo") == terminal.calls("tar") == []


def test_nothing_is_downloaded_where_there_is_no_folder_for_it(terminal: Terminal) -> None:
    terminal.stand_in("dpkg", "echo amd64")
    terminal.stand_in("mktemp", "exit 1")
    terminal.stand_in("curl", "")
    terminal.stand_in("sudo", "")
    for step in ("argocd/cli", "troubleshooting/popeye-install"):
        terminal.paste(step)
    # In bash, cd to nowhere stays where it is: then it is the sum that is missing.
    assert terminal.calls("sudo") == []


def test_a_shell_in_another_folder_stays_out_of_it(terminal: Terminal) -> None:
    terminal.platform.rename(terminal.home / "elsewhere")
    terminal.platform = terminal.home / "elsewhere"
    terminal.stand_in("git", "")
    terminal.paste("gitea/first-commit", "argocd/commit")
    assert [call for call in terminal.calls("git") if call.startswith("init")] == []
    assert [call for call in terminal.calls("git") if call.startswith("push")] == []


@pytest.mark.parametrize("phase", ["", "Running", "Failed", "Succeeded"])
def test_what_argo_cd_has_not_taken_over_is_not_let_go(terminal: Terminal, phase: str) -> None:
    terminal.stand_in("kubectl", OWNED % phase)
    terminal.paste(before=functions("argocd/handover"), after="let_go gitea")
    applied = [call for call in terminal.calls("kubectl") if call.startswith("apply")]
    assert len(applied) == (1 if phase == "Succeeded" else 0)


@pytest.mark.parametrize("refused", ["", "patch application", "wait application/gitea"])
def test_argo_cd_applies_anew_before_fields_are_let_go(terminal: Terminal, refused: str) -> None:
    """A list whose defaults the API server fills in is taken from Argo CD by each apply of the same file."""
    terminal.stand_in("kubectl", f'[ "$1 $2" != "{refused}" ] || exit 1\n' + OWNED % "Succeeded")
    terminal.paste(before=functions("argocd/handover"), after="let_go gitea")
    calls = [call.split()[0] for call in terminal.calls("kubectl")]
    verbs = [verb for verb in calls if verb in ("patch", "wait", "apply")]
    if refused:
        assert verbs[-1] == refused.split()[0]
    else:
        assert verbs == ["patch", "wait", "wait", "apply"]


def test_all_applications_are_asked_before_the_first_is_waited_for(terminal: Terminal) -> None:
    terminal.stand_in("kubectl", OWNED % "Succeeded")
    terminal.paste(before=functions("argocd/handover"), after="let_go gitea nyan")
    calls = [call.split()[0] for call in terminal.calls("kubectl")]
    verbs = [verb for verb in calls if verb in ("patch", "wait", "apply")]
    assert verbs == ["patch"] * 2 + ["wait", "wait", "apply"] * 2


def test_what_is_lost_on_purpose_is_in_no_copy_of_the_hour(terminal: Terminal) -> None:
    """The copy of five past the hour could take the commit along; Argo CD would bring its job back."""
    terminal.stand_in("kubectl", "")
    terminal.paste("gone/quiet")
    calls = terminal.calls("kubectl")
    (stopped,) = [n for n, call in enumerate(calls) if call.startswith("scale") and "--replicas=0" in call]
    (deleted,) = [n for n, call in enumerate(calls) if call.startswith("delete cronjob backup")]
    assert stopped < deleted
    assert "--cascade=foreground" in calls[deleted]


#: The first attempt meets an archive that another has locked.
LOCKED = """
case $* in
  "get secrets"*) echo '{"items": [{"metadata": {"name": "known"}, "data": {"key": "a"}}]}' ;;
  exec*) test -e "$SAID/again" || { touch "$SAID/again"; exit 1; }; cat > "$SAID/archive" ;;
esac
"""


def test_secrets_that_meet_a_locked_archive_are_copied_when_it_is_free(terminal: Terminal) -> None:
    terminal.stand_in("kubectl", LOCKED)
    terminal.stand_in("sleep", "")
    around = "restic_pod() { :; }\nrestic_over() { echo over; }\n"
    terminal.paste(before=around + functions("backup/secrets"), after="save_secrets && echo saved")
    assert json.loads(terminal.told("archive"))["items"][0]["metadata"]["name"] == "known"
    assert len([call for call in terminal.calls("kubectl") if call.startswith("exec")]) == 2


def test_nothing_is_copied_where_the_secrets_cannot_be_read(terminal: Terminal) -> None:
    """A shell without pipefail would have kept an empty copy, as the newest."""
    terminal.stand_in("kubectl", 'test "$1" != get')
    around = "restic_pod() { :; }\nrestic_over() { :; }\n"
    terminal.paste(before=around + functions("backup/secrets"), after="save_secrets")
    assert [call for call in terminal.calls("kubectl") if call.startswith("exec")] == []


#: A job whose second pod has ended well; kubectl itself shows the logs of a pod's containers in any order.
JOB = """
case $* in
  "get job"*) echo Complete ;;
  "get pods"*) cat <<'END'
{"items": [
  {"metadata": {"name": "second", "creationTimestamp": "2026-11-30T12:00:20Z"},
   "spec": {"initContainers": [{"name": "restore"}], "containers": [{"name": "look"}]}},
  {"metadata": {"name": "first", "creationTimestamp": "2026-11-30T12:00:09Z"},
   "spec": {"initContainers": [{"name": "restore"}], "containers": [{"name": "look"}]}}
]}
END
  ;;
  "logs second"*"--container restore") echo restored ;;
  "logs second"*"--container look") echo whole ;;
  logs*) echo "nobody asked for $*" ;;
esac
"""


def test_what_a_job_said_is_shown_in_the_order_that_it_was_said_in(terminal: Terminal) -> None:
    terminal.stand_in("kubectl", JOB)
    printed = terminal.paste(before=functions("backup/run"), after="run_now gitea restore-test").stdout
    shown = [line.strip() for line in printed.splitlines() if line.strip() in ("restored", "whole")]
    assert shown == ["restored", "whole"]
    assert "nobody asked" not in printed
    assert "restore-test in gitea: done" in printed


def test_cleaning_up_calls_off_a_delivery_that_keeps_failing(terminal: Terminal) -> None:
    """Argo CD removes no application whose operation is not done, and tries a failed one for minutes."""
    terminal.stand_in("kubectl", '[ "$1 $2" != "get applications" ] || echo application/nyan')
    terminal.paste("cleanup/argocd")
    said = [call for call in terminal.calls("kubectl") if "application" in call and "crd" not in call]
    verbs = [(call.split()[0], "--wait=false" in call) for call in said]
    off, patched, waited = ("delete", True), ("patch", False), ("delete", False)
    assert [verb for verb in verbs if verb[0] in ("delete", "patch")] == [off, patched, waited] * 2
    assert all('{"operation": null}' in call for call in said if call.startswith("patch"))


def test_argo_cd_is_let_loose_again_only_when_git_has_the_correction(
    terminal: Terminal, repository: Repository
) -> None:
    terminal.stand_in("kubectl", "")
    before = HOLD + "argocd_core() { :; }\nlet_go() { :; }\n"
    repository.git("remote", "set-url", "origin", str(terminal.home / "gone.git"))
    terminal.paste("troubleshooting/git-down-back", before=before)
    assert terminal.calls("kubectl") == []
    repository.git("remote", "set-url", "origin", str(terminal.home / "gitea.git"))
    terminal.paste("troubleshooting/git-down-back", before=before)
    assert len(terminal.calls("kubectl")) == 1


def test_undo_takes_a_commit_back_once(terminal: Terminal, repository: Repository) -> None:
    before = commit() + "\n" + functions("delivery/functions") + "\n" + HOLD
    terminal.stand_in("kubectl", "")
    terminal.paste("delivery/change", before=before, after="git push --quiet")
    assert repository.read("nyan/index.html") == "background: #312;\n"
    for _ in range(2):
        terminal.paste("delivery/rollback", before=before)
        assert repository.read("nyan/index.html") == "background: #123;\n"
    assert repository.log == ['Revert "A redder night sky"', "A redder night sky", "The platform so far"]
    # And again from the beginning.
    terminal.paste("delivery/change", before=before)
    terminal.paste("delivery/rollback", before=before)
    assert repository.log[:2] == ['Revert "A redder night sky"', "A redder night sky"]


@pytest.mark.parametrize(
    ("add", "file", "take"),
    [
        ("delivery/prune-add", "nyan/kustomization.yaml", "delivery/prune"),
        ("delivery/window-close", "apps/projects.yaml", "delivery/window-open"),
    ],
)
def test_what_is_added_twice_is_there_once(
    terminal: Terminal, repository: Repository, add: str, file: str, take: str
) -> None:
    before = commit() + "\n" + functions("delivery/functions") + "\n" + HOLD
    terminal.stand_in("kubectl", "")
    empty = repository.read(file)
    terminal.paste(add, before=before)
    once = repository.read(file)
    assert once != empty
    terminal.paste(add, before=before)
    assert repository.read(file) == once
    # Something else in between: what is taken back is what was added.
    repository.write("nyan/index.html", "background: #142;\n")
    terminal.paste(take, take, before=before + "commit 'A greener night sky'\n")
    assert repository.read(file) == empty
    assert repository.read("nyan/index.html") == "background: #142;\n"


def test_a_number_that_nobody_gave_is_not_written(terminal: Terminal, repository: Repository) -> None:
    before = commit() + "\n" + HOLD
    for kubectl in ("exit 1", ""):
        terminal.stand_in("kubectl", kubectl)
        terminal.paste("delivery/export", before=before)
        assert repository.read("nyan/deployment.yaml") == "  replicas: 1\n"
    terminal.stand_in("kubectl", "echo 2")
    terminal.paste("delivery/export", before=before)
    assert repository.read("nyan/deployment.yaml") == "  replicas: 2\n"


def test_argocd_has_a_namespace_of_its_own_and_kubectl_keeps_its(terminal: Terminal) -> None:
    names = {"cluster": "c", "user": "admin"}
    context = {"name": "microk8s", "context": names}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "microk8s",
        "contexts": [context],
        "users": [{"name": "admin", "user": {"token": "REDACTED"}}],
    }
    mine = terminal.home / "gitops.yaml"
    mine.write_text(json.dumps(config))
    terminal.stand_in("kubectl", f"cat {mine}")
    terminal.stand_in("argocd", 'echo "$KUBECONFIG" > $SAID/config')
    terminal.paste("delivery/diff")
    assert terminal.calls("argocd") == ["app diff nyan --core"]
    first, second = terminal.told("config").strip().split(":")
    assert second == str(mine)
    assert json.loads(mine.read_text()) == config
    written = json.loads(Path(first).read_text())
    assert written["current-context"] == "microk8s"
    assert written["contexts"] == [{"name": "microk8s", "context": names | {"namespace": "argocd"}}]
    assert "users" not in written


def test_no_step_leaves_another_context_behind() -> None:
    steps = sorted(SNIPPETS.rglob("*.sh"))
    assert steps
    for words in ("config set-context", "config use-context", "config use "):
        assert [step for step in steps if words in step.read_text(encoding="utf-8")] == []
