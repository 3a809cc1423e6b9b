"""Reading what a step prints, in bounded memory."""

from __future__ import annotations

import hashlib
import os
from threading import Thread

import pytest

from walkthrough.machine.capture import HEAD, TAIL, Captured, Reader

NONCE = "0123456789abcdef"


def read(*chunks: bytes, close: bool = True) -> Reader:
    """What a reader makes of chunks that arrive one by one."""
    out, into = os.pipe()
    ended: list[bool] = []
    reader = Reader(os.fdopen(out, "rb"), NONCE, lambda: ended.append(True))
    thread = Thread(target=reader.read)
    thread.start()
    for chunk in chunks:
        while chunk:
            chunk = chunk[os.write(into, chunk) :]
    if close:
        os.close(into)
    thread.join(120)
    assert not thread.is_alive()
    assert ended == [True]
    return reader


def mark(trailer: bytes = b"") -> bytes:
    return b"\x1e" + NONCE.encode() + trailer + b"\x1e"


def test_the_mark_ends_the_output_and_is_no_part_of_it() -> None:
    reader = read(b"hello\n" + mark(b"0,yes"), b"what a process in the background says")
    assert reader.captured.text == "hello\n"
    assert reader.trailer == b"0,yes"
    assert reader.ended.is_set()


@pytest.mark.parametrize("cut", range(1, len(mark(b"0")) + 2))
def test_a_mark_that_arrives_in_two_pieces(cut: int) -> None:
    data = b"x" + mark(b"0")
    reader = read(data[:cut], data[cut:])
    assert (reader.captured.text, reader.trailer) == ("x", b"0")


def test_a_stream_without_a_mark_is_all_output() -> None:
    reader = read(b"no end\x1e0123", b"4567")
    assert reader.captured.head == b"no end\x1e01234567"
    assert reader.trailer is None


def test_what_looks_like_the_mark_is_output() -> None:
    assert read(b"\x1e\x1e\x1e0123", b"\x1e", mark()).captured.head == b"\x1e\x1e\x1e0123\x1e"


def test_much_output_keeps_its_head_its_tail_and_its_size() -> None:
    body = b"".join(b"%09d\n" % n for n in range(400_000))
    captured = read(body, mark()).captured
    assert captured.size == len(body)
    assert captured.sha256 == hashlib.sha256(body).hexdigest()
    assert captured.truncated
    assert captured.head == body[:HEAD]
    assert captured.tail == body[-TAIL:]
    assert f"[{len(body) - HEAD - TAIL} bytes of {len(body)} left out]" in captured.text


def test_as_much_as_fits_is_kept_whole() -> None:
    body = b"x" * (HEAD + TAIL)
    captured = read(body, mark()).captured
    assert not captured.truncated
    assert captured.text == body.decode()


@pytest.mark.parametrize("data", [b"a\0b", b"\xff\xfe", b"\xc3"])
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    captured = read(data, mark()).captured
    assert captured.binary
    assert (
        captured.text == f"[{len(data)} bytes that are no text, SHA-256 {hashlib.sha256(data).hexdigest()}]\n"
    )


def test_a_letter_cut_in_two_is_still_text() -> None:
    assert not Captured(b"x" * 10 + b"\xc3", b"\xa6" + b"y" * 10, 100, "").binary
    assert not Captured(b"x\xc3", b"\xa6y", 4, "").binary
