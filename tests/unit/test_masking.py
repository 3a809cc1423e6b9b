"""Secrets stay out of what is written."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from guide.masking import MASK, Masker


@pytest.fixture
def masker() -> Masker:
    masker = Masker()
    masker.add(["s3cr3t/pass=word"])
    return masker


def test_a_secret_is_masked_wherever_it_stands(masker: Masker) -> None:
    assert masker.mask("a s3cr3t/pass=word, twice: s3cr3t/pass=word.") == f"a {MASK}, twice: {MASK}."
    assert masker.mask("nothing here") == "nothing here"


@pytest.mark.parametrize("before", ["", "u", "us", "user:", "admin:"])
@pytest.mark.parametrize("after", ["", "\n", " more"])
def test_a_secret_in_base64_is_masked_at_every_offset(masker: Masker, before: str, after: str) -> None:
    encoded = base64.b64encode(f"{before}s3cr3t/pass=word{after}".encode()).decode()
    masked = masker.mask(f"data: {encoded}")
    assert MASK in masked
    # No longer possible to read it back, whatever is tried in place of the mask.
    rest = masked.removeprefix("data: ").split(MASK)
    assert sum(map(len, rest)) <= len(encoded) - 18


def test_a_secret_in_an_address_is_masked(masker: Masker) -> None:
    assert masker.mask(f"https://u:{quote('s3cr3t/pass=word', safe='')}@host/") == f"https://u:{MASK}@host/"


def test_each_line_of_a_key_is_masked() -> None:
    masker = Masker()
    masker.add(["-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END KEY-----\n"])
    assert masker.mask("x\nkqhkiG9w0BAQ==\n-----BEGIN KEY-----") == f"x\n{MASK}\n-----BEGIN KEY-----"


@pytest.mark.parametrize("value", ["", "true", "12345", "     ", "\n\n"])
def test_short_values_are_left_alone(value: str) -> None:
    masker = Masker()
    masker.add([value])
    assert masker.mask("is it true? 12345") == "is it true? 12345"


def test_the_longest_secret_wins() -> None:
    masker = Masker()
    masker.add(["secret"])
    masker.add(["secret-and-more"])
    assert masker.mask("secret-and-more secret") == f"{MASK} {MASK}"
