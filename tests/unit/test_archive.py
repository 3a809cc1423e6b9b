"""The proof that every clone has: what may be kept, in which form, and what it is worth later."""

from __future__ import annotations

import getpass
import json
import socket
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from guide import archivist
from walkthrough.errors import UserError
from walkthrough.machine.base import Replacement
from walkthrough.proof import archive, report, storage
from walkthrough.proof.record import SCHEMA, Proof
from walkthrough.proof.staleness import State, page_status

from .conftest import SmallGuide
from .test_proof import STARTED, _AsSandbox, make

PAGE = (
    "```{.bash .step #a measure=a}\necho hei\n```\n\n```{.text .output}\nhei\n```\n\n"
    "```{.bash .step #m when=microk8s}\nsnap install microk8s\n```\n\n"
    '```{.powershell .skip #s reason="REASON"}\nx\n```\n'
)


def git(guide: SmallGuide, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.test"]
    command = ["git", "-C", str(guide.root), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(guide: SmallGuide, message: str = "x") -> str:
    git(guide, "add", "--all")
    git(guide, "commit", "--quiet", "--message", message)
    return git(guide, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after the runs of these tests."""

    class Today(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Today:
            return cls.fromtimestamp((STARTED + timedelta(days=1)).timestamp(), tz)

    monkeypatch.setattr("walkthrough.proof.staleness.datetime", Today)


@pytest.fixture
def small(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> SmallGuide:
    """Two chapters and a page of prose, all committed."""
    monkeypatch.setattr("tempfile.tempdir", str(guide.root / "build"))
    (guide.root / "build").mkdir()
    guide.nav("prose.md", "index.md", "second.md")
    guide.page("Only prose.\n", "prose.md")
    guide.page(PAGE.replace("REASON", "trenger Windows"), languages=["nb"])
    guide.page(PAGE.replace("REASON", "needs Windows"), languages=["en"])
    guide.page("```{.bash .check #b}\ntrue\n```\n", "second.md")
    guide.write(".gitignore", "/build/\n")
    git(guide, "init", "--quiet")
    commit(guide)
    return guide


def ran(small: SmallGuide, **change: Any) -> Proof:
    """The proof of a whole run, as the run writes it."""
    made = replace(make(small), **change)
    storage.write(made, small.project)
    return made


def keep(guide: SmallGuide) -> Path:
    return archivist.keep("sandbox", guide.project)


def test_what_is_kept_is_read_back(small: SmallGuide) -> None:
    made = ran(small)
    path = keep(small)
    assert path == small.root / "proofs/sandbox.json"
    (again,) = archive.load_all(small.project)
    # Line numbers are not kept: prose moves them.
    without_lines = {
        name: {
            language: replace(page, blocks=[replace(block, line=0, source="") for block in page.blocks])
            for language, page in languages.items()
        }
        for name, languages in made.pages.items()
    }
    assert again == replace(made, pages=without_lines)
    assert again.pages["index.md"]["nb"].blocks[3].reason == "trenger Windows"
    assert again.pages["index.md"]["en"].blocks[3].reason == "needs Windows"
    assert again.measured.keys() == {"a"}
    assert list(path.parent.iterdir()) == [path]


def test_the_commit_that_brings_it_is_a_later_one(small: SmallGuide) -> None:
    ran(small)
    keep(small)
    before = git(small, "rev-parse", "HEAD")
    assert commit(small) != before
    (made,) = archive.load_all(small.project)
    assert made.guide == {"commit": before, "dirty": False}
    for language in ("nb", "en"):
        found = page_status(made, "index.md", language, project=small.project)
        assert (found.state, found.reason) == (State.VERIFIED, "")
    assert archivist.check(small.project) == (
        ["proofs/sandbox.json, of 2026-11-23, holds for all 2 chapters"],
        [],
    )


def test_keeping_one_does_not_spoil_the_next_run(small: SmallGuide) -> None:
    ran(small)
    keep(small)
    assert git(small, "status", "--porcelain") == "?? proofs/"
    assert make(small).guide["dirty"] is False
    small.write("docs/nb/second.md", "Ikke det samme.\n")
    assert make(small, "index.md").guide["dirty"] is True


def refused(guide: SmallGuide, provider: str = "sandbox") -> str:
    with pytest.raises(UserError) as caught:
        archivist.keep(provider, guide.project)
    assert not (guide.root / "proofs").exists()
    assert caught.value.where
    assert caught.value.where.startswith("build/proof/")
    assert caught.value.fix
    assert "guide verify" in caught.value.fix
    return caught.value.what


def test_nothing_to_keep(small: SmallGuide) -> None:
    assert refused(small, "microk8s") == "there is no proof of a whole run on microk8s"
    storage.write(make(small, "prose.md", "index.md"), small.project)
    assert refused(small).endswith("; the one of some pages is not kept")


def test_a_run_with_changes_is_not_kept(small: SmallGuide) -> None:
    small.write("more.txt", "x")
    ran(small)
    assert "files that differed from the commit" in refused(small)


def test_a_run_of_no_commit_is_not_kept(small: SmallGuide) -> None:
    ran(small, guide={"commit": None, "dirty": False})
    assert "of no commit" in refused(small)


def test_a_run_of_a_commit_that_is_not_in_the_history_is_not_kept(small: SmallGuide) -> None:
    small.write("more.txt", "x")
    lost = commit(small)
    ran(small)
    git(small, "reset", "--quiet", "--hard", "HEAD~")
    assert f"the run was of {lost[:12]}, which is no commit that" in refused(small)


def test_a_run_that_failed_is_not_kept(small: SmallGuide) -> None:
    small.page("```{.bash .step #b}\nfalse\n```\n", "second.md")
    commit(small)
    ran(small)
    assert refused(small) == "this proof cannot be kept: the run failed at docs/nb/second.md:1"


def test_a_run_of_other_pages_than_there_are_now_is_not_kept(small: SmallGuide) -> None:
    ran(small)
    small.page("```{.bash .check #b}\n:\n```\n", "second.md")
    assert refused(small).endswith("nb/second.md: the page's blocks have changed since")
    small.nav("prose.md", "second.md", "index.md")
    commit(small)
    assert "have changed since" in refused(small)


def test_a_run_before_a_page_came_is_not_kept(small: SmallGuide) -> None:
    ran(small)
    small.nav("prose.md", "index.md", "second.md", "third.md")
    small.page("Prose.\n", "third.md")
    commit(small)
    assert refused(small).endswith("nb/third.md: the run did not have this page in it")


def test_a_run_of_long_ago_is_not_kept(small: SmallGuide) -> None:
    ran(small, finished="2026-10-01T00:00:00Z")
    assert "days old" in refused(small)


@pytest.mark.parametrize("provider", ["local", "kubeconfig"])
def test_a_cluster_that_was_there_before_is_nothing_to_begin_with(small: SmallGuide, provider: str) -> None:
    made = make(small)
    ran(small, cluster={**made.cluster, "provider": provider})
    assert refused(small, provider).endswith(f"on {provider} a run does not begin with nothing")


def test_a_run_of_another_mode_is_not_what_is_kept(small: SmallGuide) -> None:
    ran(small, mode="twice")
    assert refused(small) == "there is no proof of a whole run on sandbox"


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, of in value.items() for text in (key, *strings(of))]
    if isinstance(value, list):
        return [text for of in value for text in strings(of)]
    return [value] if isinstance(value, str) else []


def test_it_names_no_machine_no_user_and_no_folder(
    small: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a home and a user as people have them, and what a run may say of them."""
    monkeypatch.setattr(socket, "gethostname", lambda: "donald-pc")
    monkeypatch.setattr(getpass, "getuser", lambda: "donald")
    monkeypatch.setenv("HOME", "/home/donald")
    said = f"/home/donald/x is donald's on donald-pc, and {small.root}/y too"
    monkeypatch.setattr(
        _AsSandbox, "replacements", lambda _: [Replacement("MicroK8s", said, "no snap store")]
    )
    monkeypatch.setattr(_AsSandbox, "versions", lambda _: {"kernel": "6.1-donald-pc"})
    made = make(small)
    nb = made.pages["index.md"]["nb"]
    nb.blocks[2] = replace(nb.blocks[2], reason=said)
    storage.write(made, small.project)
    text = keep(small).read_text()
    assert "donald" not in text
    assert str(small.root) not in text
    assert "…/x is …'s on …, and …/y too" in text
    assert "no snap store" in text
    assert archivist.check(small.project)[1] == []


def test_of_this_machine_it_names_neither_host_nor_user_nor_home(small: SmallGuide) -> None:
    made = ran(small)
    data = json.loads(keep(small).read_text())
    said = strings(data)
    for word in {socket.gethostname(), str(Path.home()), str(small.root)}:
        assert not [text for text in said if word in text]
    rows = [row for page in data["pages"].values() for row in page["blocks"]]
    free = [*strings(data["cluster"]), *(word for row in rows for word in row[6:])]
    if (user := getpass.getuser()) != "root":  # which is everybody's
        assert not [text for text in free if user in text.split()]
    assert data["cluster"]["host"] == made.cluster["host"]


def test_a_word_of_the_guides_own_is_no_users_name(
    small: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "snap")
    ran(small)
    assert "no snap store" in keep(small).read_text()


def test_it_is_small(small: SmallGuide) -> None:
    ran(small)
    whole = (small.root / "build/proof/sandbox.json").stat().st_size
    assert keep(small).stat().st_size < whole / 2


def test_the_schema_describes_every_field() -> None:
    schema = json.loads((Path(archive.__file__).parent / "archive.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    whole = json.loads((Path(archive.__file__).parent / "proof.schema.json").read_text())
    left_out = {"mode", "complete", "chain", "counts", "failure", "stands_on"}
    assert set(schema["properties"]) == set(whole["properties"]) - left_out
    assert schema["properties"]["schema"]["const"] == whole["properties"]["schema"]["const"] == SCHEMA


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data["pages"]["second.md"]["blocks"][0].__setitem__(2, "failed"), "'failed'"),
        (lambda data: data["pages"]["second.md"]["blocks"][0].__setitem__(5, "0" * 64), "do not belong"),
        (
            lambda data: data["pages"]["index.md"]["blocks"].pop(),
            "digests of index.md do not belong",
        ),
        (lambda data: data["pages"]["index.md"].__setitem__("sha256", "0" * 64), "do not belong together"),
        (lambda data: data["cluster"].__setitem__("provider", "microk8s"), "this proof is from microk8s"),
        (lambda data: data["cluster"].__setitem__("provider", "local"), "this proof is from local"),
        (lambda data: data["guide"].__setitem__("dirty", True), "'dirty'"),
        (lambda data: data.__setitem__("schema", 1), "schema"),
        (lambda data: data.pop("finished"), "finished"),
    ],
)
def test_what_somebody_changed_in_it_is_found(small: SmallGuide, change: Any, what: str) -> None:
    ran(small)
    path = keep(small)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    said, (error,) = archivist.check(small.project)
    assert said == []
    assert what in error.what
    assert error.where == "proofs/sandbox.json"
    assert error.fix


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_proof_at_all(small: SmallGuide, text: str) -> None:
    small.write("proofs/sandbox.json", text)
    _, (error,) = archivist.check(small.project)
    assert str(error.where).partition(":")[0] == "proofs/sandbox.json"


def test_a_path_of_a_machine_in_it_is_found(small: SmallGuide) -> None:
    ran(small)
    path = keep(small)
    path.write_text(path.read_text().replace("no snap store", "no /home/donald/snap"))
    _, (error,) = archivist.check(small.project)
    assert error.what == "this names a folder of somebody's machine: /home/"
    line = (
        path.read_text().splitlines().index(next(x for x in path.read_text().splitlines() if "donald" in x))
    )
    assert error.where == f"proofs/sandbox.json:{line + 1}"


def test_a_page_that_changed_is_stale_and_no_error(small: SmallGuide) -> None:
    ran(small)
    keep(small)
    small.page("```{.bash .check #b}\n:\n```\n", "second.md")
    said, errors = archivist.check(small.project)
    assert errors == []
    assert said == [
        "proofs/sandbox.json, of 2026-11-23, is stale for 1 of 2 chapters, "
        "from second.md on: the page's blocks have changed since"
    ]
    (small.root / "docs/nb/second.md").unlink()
    said, errors = archivist.check(small.project)
    assert (errors, "is stale for 1 of 2 chapters" in said[0]) == ([], True)


def test_nothing_is_kept(small: SmallGuide) -> None:
    assert archivist.check(small.project) == ([], [])


def test_a_clone_is_told_what_is_kept(small: SmallGuide) -> None:
    ran(small)
    keep(small)
    assert "It is kept in" not in report.show(small.project)  # the run itself is here
    for path in (small.root / "build/proof").iterdir():
        path.unlink()
    text = report.show(small.project, "sandbox")
    assert "the whole chain on sandbox, 2026-11-23T22:01:23Z" in text
    assert "It is kept in proofs/sandbox.json." in text
    assert "docs/nb/index.md m" in text
    assert json.loads(report.show(small.project, as_json=True))["finished"] == "2026-11-23T22:01:23Z"
    with pytest.raises(UserError, match="no proof from microk8s"):
        report.show(small.project, "microk8s")


def test_a_clone_knows_how_long_a_block_takes(small: SmallGuide) -> None:
    assert archive.durations(small.project, "sandbox") == {}
    ran(small)
    path = keep(small)
    assert archive.durations(small.project, "sandbox").keys() == {"a", "b"}
    path.write_text("{")
    assert archive.durations(small.project, "sandbox") == {}


def test_a_proof_of_an_earlier_form_is_told_and_stops_nothing(small: SmallGuide) -> None:
    ran(small)
    keep(small)
    path = small.root / "build/proof/sandbox.json"
    path.write_text(json.dumps({"schema": 1}))
    text = report.show(small.project)
    assert "build/proof/sandbox.json is of an earlier form." in text
    assert "It is kept in proofs/sandbox.json." in text


def test_a_kept_proof_of_a_day_that_no_calendar_has_is_none(small: SmallGuide) -> None:
    ran(small)
    path = keep(small)
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {"finished": "2026-13-45T00:00:00Z"}), "utf-8")
    for read in (lambda: report.show(small.project, "sandbox"), lambda: archive.load_all(small.project)):
        with pytest.raises(UserError, match="no proof that can be kept: finished: ") as told:
            read()
        assert told.value.where == "proofs/sandbox.json"
    _, (error,) = archivist.check(small.project)
    assert error.fix


@pytest.mark.parametrize("known", [True, False])
def test_what_git_is_told_of_another_repository_is_not_meant_for_this_one(
    small: SmallGuide, known: bool, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    subprocess.run(["git", "clone", "--quiet", str(small.root), str(other)], check=True)
    ran(small, **({} if known else {"guide": {"commit": "a" * 40, "dirty": False}}))
    # A hook of git's has these; and the other one knows, or does not know, what this one does not, or does.
    folder = other / ".git" if not known else tmp_path_factory.mktemp("empty")
    monkeypatch.setenv("GIT_DIR", str(folder))
    if known:
        assert keep(small).is_file()
    else:
        assert "no commit that the checked out one stands on" in refused(small)
