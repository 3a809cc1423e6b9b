"""Files are written whole or not at all, whatever happens in the middle."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from walkthrough import whole
from walkthrough.errors import UserError

OLD, NEW = b"what was there before\n", b"what is new\n" * 5000


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "space and æøå [1]*" / "proof.json"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def left(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each != path)


def test_the_new_takes_the_place_of_the_old_and_keeps_its_rights(target: Path) -> None:
    target.chmod(0o640)
    whole.write(target, NEW)
    assert (target.read_bytes(), target.stat().st_mode & 0o777, left(target)) == (NEW, 0o640, [])


def test_folders_are_made_and_a_new_file_has_the_rights_that_one_has(tmp_path: Path) -> None:
    path = tmp_path / "a/b/c.txt"
    whole.write(path, "blåbær\n")
    (tmp_path / "usual").write_text("")
    assert path.read_text("utf-8") == "blåbær\n"
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_symbolic_link_is_replaced_and_what_it_leads_to_stays(target: Path) -> None:
    outside = target.parent / "outside"
    outside.write_bytes(OLD)
    target.unlink()
    target.symlink_to(outside)
    whole.write(target, NEW)
    assert (outside.read_bytes(), target.is_symlink()) == (OLD, False)


@contextmanager
def _small_disk(_folder: Path) -> Iterator[None]:
    """The kernel itself says no after some bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """Rights that hold for root as well: as nobody, where this is root."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        for above in folder.parents:
            if above.stat().st_uid == 0 and above != Path("/") and len(above.parts) > 2:
                above.chmod(above.stat().st_mode | 0o055)
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@contextmanager
def _is_a_file(folder: Path) -> Iterator[None]:
    """Where the folder should be is something else."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.write_text("")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


@pytest.mark.parametrize("broken", [_small_disk, _read_only, _is_a_file])
def test_what_cannot_be_written_is_said_and_the_old_stays(
    target: Path, broken: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with broken(target.parent), pytest.raises(UserError) as told:
        whole.write(target, NEW)
    assert "cannot be written" in told.value.what
    assert told.value.where == str(target)
    assert told.value.fix
    assert (target.read_bytes(), left(target)) == (OLD, [])


@pytest.mark.parametrize("broken", [_read_only, _is_a_file])
def test_what_cannot_be_written_can_be_known_before(
    target: Path, broken: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with broken(target.parent), pytest.raises(UserError, match="cannot be written"):
        whole.ask(target)
    whole.ask(target)
    assert (target.read_bytes(), left(target)) == (OLD, [])


#: Every call by which a write gets on, by the module that holds it.
POINTS = ("tempfile.mkstemp", "fcntl.flock", "os.fdopen", "os.fchmod", "os.fsync", "Path.replace", "os.open")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_there_leaves_the_old_or_the_new(target: Path, point: str, after: bool) -> None:
    child = os.fork()
    if child == 0:
        holder, _, name = point.rpartition(".")
        real = getattr(getattr(whole, holder), name)

        def dies(*arguments: object, **named: object) -> object:
            if after:
                real(*arguments, **named)
            os._exit(9)

        try:
            setattr(getattr(whole, holder), name, dies)
            whole.write(target, NEW)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9, f"{point} is not called any more"
    assert target.read_bytes() in (OLD, NEW)
    # The next one takes away what the killed one left.
    whole.write(target, NEW + NEW)
    assert (target.read_bytes(), left(target)) == (NEW + NEW, [])


@pytest.mark.parametrize("point", POINTS[:-1])
def test_an_error_at_any_point_leaves_the_old(
    target: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(f"walkthrough.whole.{point}", fails)
        with pytest.raises(UserError, match="No space left"):
            whole.write(target, NEW)
    assert (target.read_bytes(), left(target)) == (OLD, [])


def test_an_interrupt_in_the_middle_leaves_the_old(target: Path) -> None:
    def interrupted() -> None:
        with whole.replacing(target) as file:
            file.write(NEW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (target.read_bytes(), left(target)) == (OLD, [])


def test_an_error_of_what_the_caller_reads_is_not_said_of_what_it_writes(target: Path) -> None:
    with pytest.raises(FileNotFoundError), whole.replacing(target):
        (target.parent / "absent").read_bytes()
    assert (target.read_bytes(), left(target)) == (OLD, [])


def test_two_writers_do_not_meet(target: Path) -> None:
    texts = [bytes([letter]) * 100_000 for letter in b"ab"]
    children = []
    for text in texts:
        if (child := os.fork()) == 0:
            try:
                for _ in range(100):
                    whole.write(target, text)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert target.read_bytes() in texts
    assert left(target) == []


def test_half_a_character_is_written_as_a_mark(target: Path) -> None:
    whole.write(target, "a \udcff b")
    assert target.read_text("utf-8") == "a ? b"


def test_what_is_no_file_of_a_writers_is_left_alone(target: Path) -> None:
    """It looks like what a killed writer leaves behind, and opening it would wait for ever."""
    pipe = target.with_name(f".{target.name}.abcdefgh.part")
    os.mkfifo(pipe)
    whole.write(target, NEW)
    assert target.read_bytes() == NEW
    assert pipe.is_fifo()


def test_a_folder_in_its_place_is_told_before_and_stays(target: Path) -> None:
    target.unlink()
    (target / "thesis").mkdir(parents=True)
    for tried in (partial(whole.ask, target), partial(whole.write, target, NEW)):
        with pytest.raises(UserError, match="Is a directory") as told:
            tried()
        assert "nothing but a file" in (told.value.fix or "")
    assert ((target / "thesis").is_dir(), left(target)) == (True, [])
