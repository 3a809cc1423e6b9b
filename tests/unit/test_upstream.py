"""Pinned upstream files."""

import hashlib
import io
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from guide import upstream
from walkthrough.errors import UserError

URL = "https://example.org/releases/v1/install.yaml"
NAME = Path("example.org/releases/v1/install.yaml")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Network:
    """Stands in for the network: what it holds, and what was asked of it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def urlopen(self, url: str, timeout: float) -> io.BytesIO:
        assert timeout > 0
        self.asked.append(url)
        if url not in self.files:
            raise URLError("no route to host")
        return io.BytesIO(self.files[url])


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Network:
    network = Network()
    monkeypatch.setattr(urllib.request, "urlopen", network.urlopen)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GUIDE_UPSTREAM", str(tmp_path / "offline"))
    return network


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    path = tmp_path / "upstream.lock"
    path.write_text(f"# why\n\n{sha256(b'good')}  {URL}\n")
    return path


def offline(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "offline" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def test_the_offline_folder_comes_first(tmp_path: Path, lock_file: Path, network: Network) -> None:
    network.files[URL] = b"good"
    path = offline(tmp_path, b"good")
    assert upstream.fetch(URL, lock_file=lock_file) == path
    assert network.asked == []


def test_the_network_is_asked_once(lock_file: Path, network: Network) -> None:
    network.files[URL] = b"good"
    first = upstream.fetch(URL, lock_file=lock_file)
    assert first.read_bytes() == b"good"
    assert upstream.fetch(URL, lock_file=lock_file) == first
    assert network.asked == [URL]


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(
    tmp_path: Path, lock_file: Path, network: Network
) -> None:
    network.files[URL] = b"evil"
    with pytest.raises(UserError, match="not the file that was pinned") as caught:
        upstream.fetch(URL, lock_file=lock_file)
    assert sha256(b"evil") in caught.value.what
    assert sha256(b"good") in caught.value.what
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_another_file_in_the_offline_folder_is_refused(tmp_path: Path, lock_file: Path) -> None:
    path = offline(tmp_path, b"evil")
    with pytest.raises(UserError, match="not the file that was pinned") as caught:
        upstream.fetch(URL, lock_file=lock_file)
    assert caught.value.where == str(path)


def test_what_an_older_pin_left_in_the_cache_is_replaced(lock_file: Path, network: Network) -> None:
    network.files[URL] = b"good"
    path = upstream.fetch(URL, lock_file=lock_file)
    network.files[URL] = b"better"
    lock_file.write_text(f"{sha256(b'better')}  {URL}\n")
    assert upstream.fetch(URL, lock_file=lock_file) == path
    assert path.read_bytes() == b"better"


def test_without_network_it_says_where_to_put_the_file(tmp_path: Path, lock_file: Path) -> None:
    with pytest.raises(UserError, match="no route to host") as caught:
        upstream.fetch(URL, lock_file=lock_file)
    assert caught.value.fix is not None
    assert str(tmp_path / "offline" / NAME) in caught.value.fix
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_what_has_no_end_is_given_up(
    lock_file: Path, network: Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(upstream, "LIMIT", 3)
    network.files[URL] = b"good"
    with pytest.raises(UserError, match="is longer than"):
        upstream.fetch(URL, lock_file=lock_file)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_what_is_not_pinned_is_not_fetched(lock_file: Path, network: Network) -> None:
    with pytest.raises(UserError, match="is not pinned"):
        upstream.fetch("https://example.org/other", lock_file=lock_file)
    assert network.asked == []


@pytest.mark.parametrize(
    "line", ["deadbeef", f"{'a' * 63}  {URL}", f"{'a' * 64}", f"{URL}  {'a' * 64}", f"{'a' * 64}  {URL} more"]
)
def test_a_line_that_pins_nothing_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "upstream.lock"
    path.write_text(f"# comment\n{line}\n")
    with pytest.raises(UserError) as caught:
        upstream.lock(path)
    assert caught.value.where == f"{path}:2"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a",
        "https:///a",
        "https://example.org/../../etc/passwd",
        "/etc/passwd",
        "file:///etc",
    ],
)
def test_addresses_that_are_no_https_file_are_refused(url: str) -> None:
    with pytest.raises(UserError, match="not an https address"):
        upstream.relative(url)


def test_pin_adds_and_renews_and_keeps_the_rest(lock_file: Path, network: Network) -> None:
    other = "https://example.org/other"
    kept = f"{'a' * 64}  https://example.org/kept"
    lock_file.write_text(f"{lock_file.read_text()}{kept}\n")
    network.files = {URL: b"better", other: b"new"}
    assert upstream.pin([URL, other], lock_file=lock_file) == {URL: sha256(b"better"), other: sha256(b"new")}
    assert (
        lock_file.read_text() == f"# why\n\n{sha256(b'better')}  {URL}\n{kept}\n{sha256(b'new')}  {other}\n"
    )
    assert upstream.fetch(other, lock_file=lock_file).read_bytes() == b"new"


def test_pin_changes_nothing_when_one_address_fails(lock_file: Path, network: Network) -> None:
    before = lock_file.read_text()
    network.files = {URL: b"better"}
    with pytest.raises(UserError, match="cannot be fetched"):
        upstream.pin([URL, "https://example.org/none"], lock_file=lock_file)
    assert lock_file.read_text() == before


def test_pin_begins_a_lock_file(tmp_path: Path, network: Network) -> None:
    network.files = {URL: b"new"}
    path = tmp_path / "new.lock"
    upstream.pin([URL], lock_file=path)
    assert upstream.lock(path) == {URL: sha256(b"new")}
