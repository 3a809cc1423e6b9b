"""Checkpoints with the local stand-in: when one holds, what is handed on, and what a record says of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from guide import archivist, cli
from guide.clusters.stand_in import StandIn
from guide.paths import ROOT
from tests.waiting import until
from walkthrough import whole
from walkthrough.checkpoints import keys, listing, store
from walkthrough.errors import UserError
from walkthrough.machine import keeping
from walkthrough.machine.keeping import NotKeptError
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.proof import report, storage
from walkthrough.proof.record import CHECKPOINTS, NORMAL

from .conftest import SmallGuide, processes

FIRST = """\
```{.bash .step #first}
echo first >>ran; A=1; export B=2; f() { echo $((A + B)); }; mkdir -p work; cd work; A_TOKEN=Zx81k3Qm20vLp7Tt
```
"""
#: Also what the shell has been handed.
SECOND = """\
```{.bash .step #second}
echo second >>../ran; [[ $(f) == 3 && $PWD == "$HOME/work" ]]; cat ../ran
```

```{.text .output}
first
second
```
"""
THIRD = "```{.bash .step #third}\necho third >>../ran; tail -n1 ../ran\n```\n"


@pytest.fixture
def three(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> SmallGuide:
    monkeypatch.setenv("XDG_CACHE_HOME", str(guide.root / "cache"))
    guide.nav("index.md", "prose.md", "second.md", "third.md", "last.md")
    guide.page(f"# A\n\nText.\n\n{FIRST}")
    guide.page("# Only prose\n", "prose.md")
    guide.page(SECOND, "second.md")
    guide.page(THIRD, "third.md")
    guide.page("```{.bash .step #last}\ntrue\n```\n", "last.md")
    return guide


def behind() -> list[str]:
    return [one.page for one in store.every()]


PARTIAL = "local.checkpoints.partial"


def began_at(guide: SmallGuide, page: str, fingerprint: str = "") -> str:
    """Where a run of a page begins that may begin at a checkpoint; it must hold."""
    (guide.root / "build/proof/local.checkpoints.partial.json").unlink(missing_ok=True)
    ended = guide.run(page, resume=True, fingerprint=fingerprint)
    assert ended.code == 0, ended.out
    path = guide.root / "build/proof/local.checkpoints.partial.json"
    page = json.loads(path.read_text())["stands_on"]["page"] if path.exists() else ""
    assert (f"Begins at the checkpoint behind {page}, of 2" in ended.out) == bool(page)
    return page


def test_a_run_begins_behind_the_last_page_that_is_unchanged(three: SmallGuide) -> None:
    ended = three.run("third", checkpoints=True)
    assert ended.code == 0, ended.out
    assert behind() == ["index.md", "second.md", "third.md"]
    assert ended.out.count("Kept a checkpoint behind ") == 3
    whole = three.proof(PARTIAL)
    assert whole["stands_on"] is None
    assert list(whole["pages"]) == ["index.md", "prose.md", "second.md", "third.md"]

    ended = three.run("third", resume=True)

    assert ended.code == 0, ended.out
    kept = store.every()[1]
    assert f"Begins at {kept} (--from nothing runs what is before it)" in ended.out
    made = three.proof(PARTIAL)
    assert made["mode"] == CHECKPOINTS
    assert not made["complete"]
    assert made["chain"] == ["third.md"], "a page that was not run has no verdict"
    assert made["counts"] == {"nb": {"passed": 1}, "en": {"passed": 1}}
    assert made["stands_on"] == {
        "page": "second.md",
        "key": kept.key,
        "commit": None,
        "dirty": False,
        "day": kept.day,
    }
    assert not list(three.root.glob("walkthrough-local-*"))
    shown = " ".join(report.show(three.project, "local").split())
    assert f"It began at the checkpoint behind second.md, of {kept.day}, no commit." in shown


def test_a_page_alone_has_no_part_in_it(three: SmallGuide) -> None:
    alone = "---\nchain: own\n---\n\n```{.bash .step #alone}\nfalse\n```\n"
    three.page(alone, "alone.md")
    three.nav("alone.md", "index.md", "prose.md", "second.md", "third.md", "last.md")
    assert three.run("third", checkpoints=True).code == 0
    assert behind() == ["index.md", "second.md", "third.md"]
    assert began_at(three, "third") == "second.md"


def test_what_the_steps_hand_on_is_in_it(three: SmallGuide) -> None:
    """Variables, functions, the working folder and files: the second page says what it finds."""
    assert three.run("index", checkpoints=True).code == 0
    assert began_at(three, "second") == "index.md"


def test_nothing_is_kept_or_used_unless_it_is_asked_for(three: SmallGuide) -> None:
    assert three.run("third").code == 0
    assert behind() == []
    assert three.run("second", checkpoints=True).code == 0
    ended = three.run("third")
    assert ended.code == 0
    assert "Begins at" not in ended.out
    assert three.proof("local.partial")["chain"] == ["index.md", "prose.md", "second.md", "third.md"]


def test_a_whole_run_never_begins_at_one(three: SmallGuide) -> None:
    assert three.run(checkpoints=True).code == 0
    assert behind() == ["index.md", "second.md", "third.md"], "behind the last page nothing begins"
    assert not (three.root / "build/proof/local.json").exists(), "its machine was restarted between pages"
    assert three.proof("local.checkpoints")["complete"]
    ended = three.run(resume=True)
    assert ended.code == 0
    assert "Begins at" not in ended.out
    assert three.proof("local")["complete"]


def test_a_page_that_is_named_is_always_run(three: SmallGuide) -> None:
    assert three.run("third", checkpoints=True).code == 0
    assert three.run("last", "second", resume=True).code == 0
    assert three.proof(PARTIAL)["chain"] == ["prose.md", "second.md", "third.md", "last.md"]


CHANGES: dict[str, Callable[[SmallGuide], object]] = {
    "a byte of a step": lambda guide: guide.page(SECOND.replace("cat", "cat "), "second.md"),
    "an attribute": lambda guide: guide.page(SECOND.replace("#second", "#second timeout=59"), "second.md"),
    "an output": lambda guide: guide.page(
        SECOND.replace("{.text .output}", "{.text .output match=like}"), "second.md"
    ),
    "the order": lambda guide: guide.nav("index.md", "between.md", "second.md", "third.md", "last.md"),
    "a pin": lambda guide: guide.page(f"---\nproducts: [curl]\n---\n\n{SECOND}", "second.md"),
    "an include": lambda guide: guide.write("snippets/second.sh", "true\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_was_run_loses_it_from_there_on(three: SmallGuide, change: str) -> None:
    included = '```{.bash .step #included}\n--8<-- "snippets/second.sh"\n```\n\n'
    three.write("snippets/second.sh", "true; true\n")
    three.write("manifests/versions.yaml", "curl: {version: '8'}\n")
    three.page("```{.bash .step #between}\ntrue\n```\n", "between.md")
    three.page(included + SECOND, "second.md")
    assert three.run("third", checkpoints=True).code == 0
    assert began_at(three, "last") == "third.md"

    CHANGES[change](three)
    if change not in ("an include", "the order"):
        page = three.project.page_path("second.md", "nb").read_text()
        front, dashes, text = page.rpartition("---\n\n")
        three.page(f"{front}{dashes}{included}{text}", "second.md")

    assert began_at(three, "last") == "index.md"


def test_prose_keeps_it(three: SmallGuide) -> None:
    assert three.run("third", checkpoints=True).code == 0
    three.page(f"# Another title\n\nOther text, and more of it.\n\n{FIRST}\nThe end.\n")
    three.page("# Other prose\n", "prose.md")
    assert began_at(three, "third") == "second.md"
    assert len(behind()) == 3


def test_what_the_machine_is_made_of_loses_all(three: SmallGuide) -> None:
    assert three.run("second", checkpoints=True, fingerprint="one").code == 0
    assert began_at(three, "third", fingerprint="two") == ""
    assert began_at(three, "third", fingerprint="one") == "second.md"


def test_the_harness_own_driver_loses_all(three: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    assert three.run("second", checkpoints=True).code == 0
    monkeypatch.setattr(keys, "FORM", keys.FORM + 1)
    assert began_at(three, "third") == ""


def test_a_failed_run_leaves_those_of_the_pages_that_held(three: SmallGuide) -> None:
    three.page("```{.bash .step #second}\nfalse\n```\n", "second.md")
    assert three.run("third", checkpoints=True).code == 1
    assert behind() == ["index.md"]
    three.page(SECOND, "second.md")
    assert began_at(three, "third") == "index.md"


def test_a_failure_behind_one_says_what_it_stood_on(three: SmallGuide) -> None:
    assert three.run("second", checkpoints=True).code == 0
    three.page("```{.bash .step #third}\nfalse\n```\n", "third.md")
    ended = three.run("third", resume=True)
    assert ended.code == 1
    assert "third.md:1" in ended.out
    assert three.proof(PARTIAL)["failure"]["block"] == "third"
    assert three.proof(PARTIAL)["stands_on"]["page"] == "second.md"


def test_a_secret_of_an_earlier_page_stays_one(three: SmallGuide) -> None:
    secret = "Zx81k3Qm20vLp7Tt"
    three.page("```{.bash .step #second}\nunset A_TOKEN\n```\n", "second.md")
    assert three.run("second", checkpoints=True).code == 0
    three.page(f"```{{.bash .step #third}}\nrev <<<{secret[::-1]}; false\n```\n", "third.md")
    ended = three.run("third", resume=True)
    assert ended.code == 1
    for text in (ended.out, json.dumps(three.proof(PARTIAL))):
        assert "***" in text
        assert secret not in text
    kept = store.every()[0].folder
    assert kept.stat().st_mode & 0o077 == 0
    assert (kept / "secrets.json").stat().st_mode & 0o077 == 0


def test_the_name_of_the_chain_may_be_another(three: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    assert three.run("second", checkpoints=True).code == 0
    init = StandIn.__init__

    def renamed(self: StandIn, options: Any, progress: Any) -> None:
        init(self, options.__class__(**{**options.__dict__, "name": "other"}), progress)

    monkeypatch.setattr(StandIn, "__init__", renamed)
    assert began_at(three, "third") == "second.md"


def test_a_record_that_stands_on_one_is_never_kept(three: SmallGuide) -> None:
    assert three.run("second", checkpoints=True).code == 0
    assert three.run("third", resume=True).code == 0
    made = three.proof(PARTIAL)
    path = three.root / "build/proof/sandbox.json"
    # Whatever somebody makes of the file: its form does not let it pass for a whole one.
    for changes in ({}, {"mode": "normal"}, {"mode": "normal", "complete": True}, {"complete": True}):
        made["cluster"]["provider"] = "sandbox"
        path.write_text(json.dumps({**made, **changes}))
        with pytest.raises(UserError):
            archivist.keep("sandbox", three.project)
    assert not (three.root / "proofs").exists()


def test_the_oldest_go_when_the_limit_is_reached(three: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    assert three.run("index", checkpoints=True).code == 0
    one = store.every()[0].size
    monkeypatch.setenv(store.variable(), f"{one * 2.6 / 1e9:.9f}")
    assert three.run("third", checkpoints=True).code == 0
    assert behind() == ["second.md", "third.md"]


def test_one_that_is_larger_than_the_limit_is_not_kept(
    three: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.variable(), "0.000001")
    ended = three.run("second", checkpoints=True)
    assert ended.code == 0, "it is no fault of the page"
    assert "takes 0.0 GB alone, and is not kept" in ended.out
    assert behind() == []
    assert not list(store.folder().glob("local-*"))


def test_a_limit_that_is_no_number_is_told_before_anything_runs(
    three: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.variable(), "ten")
    ended = three.run("second", checkpoints=True)
    assert ended.code not in (0, 1)
    assert not (three.root / "build").exists()


def test_a_full_disk_is_no_fault_of_the_page(three: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: StandIn, folder: Path) -> None:
        folder.mkdir()
        (folder / "half").write_text("x")
        raise NotKeptError("No space left on device")

    monkeypatch.setattr(StandIn, "save", full)
    ended = three.run("second", checkpoints=True)
    assert ended.code == 0, ended.out
    assert "No checkpoint is kept behind index.md: No space left on device" in ended.out
    assert behind() == []
    assert not list(store.folder().glob("local-*"))


def test_what_does_not_come_up_again_fails_the_run(
    three: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(self: StandIn, folder: Path) -> None:
        raise UserError("what was ready before the machine was restarted is not ready: argocd/x")

    monkeypatch.setattr(StandIn, "save", lost)
    ended = three.run("second", checkpoints=True)
    assert ended.code == 1
    assert "After a restart behind index.md: what was ready before" in ended.out
    assert behind() == []
    assert not list(three.root.glob("walkthrough-local-*"))


SLOW = """
import sys, time
from pathlib import Path
from walkthrough.run import verify
from walkthrough.machine import keeping, local
from walkthrough.machine.base import Options
from walkthrough.project import Project
copy = local.copy
def slow(sources, target):
    copy(sources, target)
    keeping.run(["sleep", FOREVER], timeout=1000)
local.copy = slow
sys.exit(verify.run(Project(Path.cwd()), ["second"], "local", Options(), checkpoints=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_save_leaves_no_half(three: SmallGuide, forever: str, number: signal.Signals) -> None:
    program = SLOW.replace("FOREVER", repr(forever))
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=three.root,
        env={**os.environ, "TMPDIR": str(three.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: processes(f"sleep\0{forever}") or run.poll() is not None)
    assert run.poll() is None, run.communicate()[0]
    run.send_signal(number)
    out = run.communicate(timeout=60)[0]
    assert behind() == []
    if number == signal.SIGKILL:
        # Nobody was asked. The next one removes what it finds.
        for pid in processes(f"sleep\0{forever}"):
            os.kill(pid, signal.SIGKILL)
        assert list(store.folder().glob("local-*.part"))
        assert three.run("second", checkpoints=True).code == 0
        assert behind() == ["index.md", "second.md"]
    else:
        assert not processes(f"sleep\0{forever}"), out
        assert not list(three.root.glob("walkthrough-local-*")), out
    assert not list(store.folder().glob("*.part"))


def test_another_provider_says_that_it_keeps_none(three: SmallGuide) -> None:
    from guide.clusters.microk8s import MicroK8s

    assert not issubclass(MicroK8s, keeping.Keeping)
    ended = three.run("second", checkpoints=True, provider="microk8s")
    assert ended.code not in (0, 1)
    assert not (three.root / "build").exists()


def test_they_are_listed_and_dropped(three: SmallGuide) -> None:
    assert three.run("third", checkpoints=True).code == 0
    three.page(SECOND.replace("cat", "cat "), "second.md")
    lines = list(listing.rows(three.project))
    assert [line.split()[:2] for line in lines[:3]] == [
        ["local", "index.md"],
        ["local", "second.md"],
        ["local", "third.md"],
    ]
    assert lines[0].endswith("  holds")
    assert all(line.endswith("something it depends on has changed since") for line in lines[1:3])
    assert lines[3].startswith("3 checkpoints, 0.0 of 10.0 GB, in ")

    store.drop(listing.chosen(three.project, ["second"]), Progress())
    assert behind() == ["index.md"]
    store.drop(listing.chosen(three.project, []), Progress())
    assert behind() == []
    with pytest.raises(UserError, match="there is no page 'nothing'"):
        listing.chosen(three.project, ["nothing"])


def test_the_command_line(three: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    runner = CliRunner()
    listed = runner.invoke(cli.cli, ["checkpoints", "list"])
    assert (listed.exit_code, listed.stdout) == (0, "")
    dropped = runner.invoke(cli.cli, ["checkpoints", "drop"])
    assert dropped.stdout == "0 checkpoints were removed: 0 MB\n"
    refused = runner.invoke(cli.cli, ["verify", "--twice", "--checkpoints"])
    assert refused.exit_code == 2
    assert "a run with --twice keeps no checkpoints" in refused.output


def test_a_broken_one_counts_for_none(three: SmallGuide) -> None:
    assert three.run("second", checkpoints=True).code == 0
    (store.every()[1].folder / "checkpoint.json").write_text("{")
    assert began_at(three, "third") == "index.md"


def test_one_whose_state_is_gone_says_what_to_do(three: SmallGuide) -> None:
    assert three.run("second", checkpoints=True).code == 0
    (store.every()[1].folder / "secrets.json").unlink()
    ended = three.run("third", resume=True)
    assert ended.code == 1
    assert "or begin with nothing: --from nothing" in ended.out


def test_a_copy_keeps_all_that_a_file_has(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "one").write_text("x")
    (source / "two").hardlink_to(source / "one")
    (source / "link").symlink_to("one")
    (source / "one").chmod(0o640)
    os.mkfifo(source / "fifo")
    os.mknod(source / "socket", 0o140600)
    os.truncate(os.open(source / "sparse", os.O_CREAT | os.O_WRONLY), 50_000_000)
    os.setxattr(source / "one", "user.of", b"mine")
    if os.geteuid() == 0:
        os.chown(source / "one", 0x70000001, 0x70000002)

    keeping.copy([source], tmp_path / "target")

    copied = tmp_path / "target/source"
    assert sorted(path.name for path in copied.iterdir()) == sorted(path.name for path in source.iterdir())
    for path in source.iterdir():
        was, now = path.lstat(), (copied / path.name).lstat()
        for each in ("st_mode", "st_uid", "st_gid", "st_size", "st_nlink", "st_mtime_ns"):
            assert getattr(was, each) == getattr(now, each), (path, each)
    assert (copied / "one").stat().st_ino == (copied / "two").stat().st_ino
    assert os.getxattr(copied / "one", "user.of") == b"mine"
    assert keeping.size(copied) < 1_000_000
    assert keeping.size(copied) == keeping.size(source)


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(NotKeptError, match="cannot stat"):
        keeping.copy([tmp_path / "there", tmp_path / "gone"], tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_its_own_mode_has_a_file_of_its_own() -> None:
    names = {storage.path_of("sandbox", Project(ROOT), mode=mode).name for mode in (NORMAL, CHECKPOINTS)}
    assert names == {"sandbox.json", "sandbox.checkpoints.json"}


#: What a file of a checkpoint's may say after a disk has failed, or somebody has mended it.
ODD: dict[str, object] = {
    "size": "x", "seconds": None, "day": 5, "page": None, "chain": [5], "commit": 5, "shell": "$(x)",
    "more": 1, "provider": "../../elsewhere",
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_an_odd_one_counts_for_none(what: str, three: SmallGuide) -> None:
    facts = {
        "provider": "local", "page": "index.md", "key": "a" * 64, "chain": ["index.md"], "commit": None,
        "dirty": False, "day": "2026-11-30T00:00:00Z", "shell": "guide", "seconds": 1.0, "size": 5,
    }  # fmt: skip
    path = store.folder() / f"local-{'a' * 24}" / "checkpoint.json"
    whole.write(path, json.dumps(facts))
    (one,) = store.every()
    assert one.folder == path.parent
    whole.write(path, json.dumps({**facts, what: ODD[what]}))
    assert store.every() == []
    # It names another folder than its own: nothing there is to be dropped.
    path.parent.rename(path.parent.with_name("other"))
    whole.write(path.parent.with_name("other") / path.name, json.dumps(facts))
    assert store.every() == []


@pytest.mark.parametrize("text", ["{}", "5", "[5]", "[" * 100_000, "\0"])
def test_secrets_that_are_none_are_told(three: SmallGuide, text: str) -> None:
    assert three.run("second", checkpoints=True).code == 0
    (store.every()[1].folder / "secrets.json").write_text(text)
    ended = three.run("third", resume=True)
    assert ended.code == 1
    assert "or begin with nothing: --from nothing" in ended.out
    assert "Traceback" not in ended.out
