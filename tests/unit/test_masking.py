"""Secrets stay out of what is written: in whatever form, by whatever means they came there."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import hashlib
import html
import json
import lzma
import random
import re
import shlex
import shutil
import string
import subprocess
import zlib
from collections.abc import Callable
from itertools import takewhile
from urllib.parse import quote, quote_plus

import pytest

from walkthrough.machine.capture import HEAD, TAIL, Captured
from walkthrough.masking import MASK, Masker, too_short

SECRET = "s3cr3t/pass=word"


@pytest.fixture
def masker() -> Masker:
    masker = Masker()
    masker.add([SECRET])
    return masker


def masking(*values: str) -> Masker:
    masker = Masker()
    masker.add(values)
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
    assert masker.mask(f"https://u:{quote(SECRET, safe='')}@host/") == f"https://u:{MASK}@host/"


def test_each_line_of_a_key_is_masked() -> None:
    masker = masking("-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END KEY-----\n")
    assert masker.mask("x\nkqhkiG9w0BAQ==\n-----BEGIN KEY-----") == f"x\n{MASK}\n-----BEGIN KEY-----"


@pytest.mark.parametrize("value", ["", "true", "False", "123", "     ", "\n\n", "1"])
def test_what_is_too_short_is_left_alone(value: str) -> None:
    assert masking(value).mask("is it true? false, 123 and 1") == "is it true? false, 123 and 1"


def test_what_is_short_is_masked_where_it_is_a_word_of_its_own() -> None:
    assert masking("12345", "cat").mask("12345 123456 x12345, cat") == f"{MASK} 123456 x12345, cat"


@pytest.mark.parametrize(
    ("value", "said"), [("12", True), ("abc", True), ("1", False), ("no", False), ("abcd", False)]
)
def test_what_cannot_be_masked_is_known(value: str, said: bool) -> None:
    assert too_short(value) is said


def test_a_secret_inside_another_and_two_that_overlap() -> None:
    masker = masking("secret")
    masker.add(["secret-and-more"])
    assert masker.mask("secret-and-more secret") == f"{MASK} {MASK}"
    assert masking("abcdef-ghi", "ghi-jklmno").mask("abcdef-ghi-jklmno") == MASK


def test_a_secret_in_a_common_word_is_masked_there_too() -> None:
    assert masking("cluster").mask("the clusters") == f"the {MASK}s"


@pytest.mark.parametrize("value", ["a.c(d)[e]+*?^$|\\", "((((((", "[z-a]{2,1}", "\\1\\2\\3\\g<0>"])
def test_a_secret_is_no_pattern(value: str) -> None:
    assert masking(value).mask(f"<{value}> abcdeeeee") == f"<{MASK}> abcdeeeee"


# Forms


def tool(*command: str) -> Callable[[str], str]:
    """What a program makes of a secret on its standard input."""

    def run(value: str) -> str:
        return subprocess.run(command, input=value.encode(), capture_output=True, check=True).stdout.decode()

    return run


def bash(script: str) -> Callable[[str], str]:
    """What bash makes of a secret in ``$1``."""

    def run(value: str) -> str:
        return subprocess.run(
            ["bash", "-c", script, "bash", value], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
        ).stdout.decode()

    return run


def lines(text: str, width: int, between: str = "\n") -> str:
    return between.join(text[at : at + width] for at in range(0, len(text), width))


def b64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "itself": lambda value: value,
    "base64": b64,
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "base64 at 76": lambda value: base64.encodebytes(f"user:{value}".encode()).decode(),
    "base64 at 64, indented": lambda value: lines(b64(f"admin:{value}"), 64, "\n    "),
    "base64 twice": lambda value: b64(b64(value)),
    "base64 of JSON": lambda value: b64(json.dumps({"auth": b64(f"gitops:{value}")})),
    "JSON": json.dumps,
    "JSON in JSON": lambda value: json.dumps(json.dumps({"a": value})),
    "JSON in UTF-8": lambda value: json.dumps(value, ensure_ascii=False),
    "JSON of Go": lambda value: json.dumps(value).replace("<", "\\u003c").replace("&", "\\u0026"),
    "YAML's single quotes": lambda value: "'" + value.replace("'", "''") + "'",
    "CSV": lambda value: '"' + value.replace('"', '""') + '"',
    "Python": repr,
    "Python in ASCII": ascii,
    "Python's bytes": lambda value: repr(value.encode()),
    "Python's shlex": shlex.quote,
    "bash's %q": bash('printf "%q\\n" "$1"'),
    "bash's @Q": bash('echo "${1@Q}"'),
    "bash's declare": bash("X=$1; declare -p X"),
    "bash's set": bash("X=$1; set | grep -a -A9 ^X="),
    "bash's xtrace": bash('exec 2>&1; set -x; : "$1"'),
    "address": lambda value: quote(value, safe=""),
    "address in small letters": lambda value: quote(value, safe="").lower(),
    "form": quote_plus,
    "address twice": lambda value: quote(quote(value, safe=""), safe=""),
    "HTML": html.escape,
    "XML by number": lambda value: "".join(f"&#x{ord(each):X};" for each in value),
    "hexadecimal": lambda value: value.encode().hex(),
    "hexadecimal in capitals": lambda value: value.encode().hex().upper(),
    "hexadecimal with colons": lambda value: binascii.hexlify(value.encode(), ":").decode(),
    "hexadecimal with 0x": lambda value: ", ".join(f"0x{each:02x}" for each in value.encode()),
    "\\x": lambda value: "".join(f"\\x{each:02X}" for each in value.encode()),
    "octal": lambda value: "".join(f"\\{each:03o}" for each in value.encode()),
    "capitals": lambda value: value.upper() if value.isascii() else value,
    "lines of 20": lambda value: lines(value, 20),
    "lines of 7, CRLF": lambda value: lines(value, 7, "\r\n"),
    "a terminal's width": lambda value: lines(f"{' ' * 75}{value}", 80, "\r\n"),
    "lines with a mark": lambda value: "| " + lines(value, 7, "\n | "),
    "lines of a quotation": lambda value: "> " + lines(value, 7, "\n> "),
    "each letter by itself": lambda value: "\n".join(value),
    "coloured": lambda value: "\x1b[1;31m".join(lines(value, 3, "\0").split("\0")) + "\x1b[0m",
    "coloured, in JSON": lambda value: json.dumps("\x1b[31m".join([value[:4], value[4:]])),
    "with a link": lambda value: f"{value[:5]}\x1b]8;;https://x\x1b\\{value[5:]}\x1b]8;;\x07",
    "with what nobody sees": lambda value: "\N{ZERO WIDTH SPACE}".join(value),
    "two strings": lambda value: f'"{value[:6]}" \\\n  "{value[6:]}"',
    "xxd": tool("xxd"),
    "xxd, plain": tool("xxd", "-p"),
    "xxd, as C": tool("xxd", "-i"),
    "od": tool("od"),
    "od -tx1": tool("od", "-An", "-tx1"),
    "od -c": tool("od", "-c"),
    "od -x": tool("od", "-x"),
    "hexdump": tool("hexdump"),
    "hexdump -C": tool("hexdump", "-C"),
    "base64's own": tool("base64"),
    "base64 of UTF-16": lambda value: base64.b64encode(value.encode("utf-16-le")).decode(),
}

VALUES = [
    "c0rrect-horse-battery",
    "3f786850e387550fdab836ed7e6dc881de23001b",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrOHMifQ.c2lnbmF0dXJl_-x",
    'quote"back\\slash',
    "it's $HOME & <more>; `x`",
    "blåbær-syltetøy-på-brød",
    "pass wörd 🔑 with spaces",
    "a.c(d)[e]+*?^$|{2}",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", VALUES)
def test_no_form_of_a_secret_is_left(form: str, value: str) -> None:
    written = FORMS[form](value)
    if not shutil.which(form.split()[0].rstrip(",")) and form.startswith(("xxd", "od", "hexdump")):
        pytest.skip("the program is not here")
    masked = masking(value).mask(f"before {{\n{written}\n}} after")
    assert MASK in masked, written
    assert masked.startswith("before {")
    assert masked.endswith("} after")
    assert not _in_common(FORMS[form], value, masked), masked


def _in_common(form: Callable[[str], str], value: str, masked: str) -> list[str]:
    """Eight characters in a row of what was written that are still there, but for what is the form's own."""
    written, other = form(value), form("Q" * len(value.encode()))
    before, after = (
        len(list(takewhile(lambda pair: pair[0] == pair[1], zip(written[::way], other[::way], strict=False))))
        for way in (1, -1)
    )
    middle = written[before : len(written) - after]
    parts = {middle[at : at + 8] for at in range(len(middle) - 7)}
    return sorted(
        each
        for each in parts
        if each in masked and each not in other and "\x1b" not in each and len(set(each)) > 3
    )


#: A text with a secret in it, packed so that nothing of the secret is left to be seen.
PACKED: dict[str, Callable[[str], str]] = {
    "gzip in base64": lambda value: base64.b64encode(gzip.compress(value.encode())).decode(),
    "a release of Helm": lambda value: b64(
        base64.b64encode(gzip.compress(json.dumps({"config": {"p": value}}).encode())).decode()
    ),
    "base64 three times": lambda value: b64(b64(b64(value))),
    "base64 of escaped JSON": lambda value: b64(json.dumps({"a": value})),
    "base64 of hexadecimal": lambda value: b64(value.encode().hex()),
    "hexadecimal of base64": lambda value: b64(value).encode().hex(),
    "base64 of JSON in lines": lambda value: lines(b64(json.dumps({"a": value})), 30),
    "base32": lambda value: base64.b32encode(value.encode()).decode(),
    "Go's bytes": lambda value: f"[{' '.join(map(str, value.encode()))}]",
    "Python's list of bytes": lambda value: str(list(value.encode())),
    "a terminal's title": lambda value: f"\x1b]0;{value}\x07",
    "a terminal's clipboard": lambda value: f"\x1b]52;c;{b64(value)}\x07",
    "bold in a manual": lambda value: "".join(f"{each}\b{each}" for each in value),
    "underlined in a manual": lambda value: "".join(f"_\b{each}" for each in value),
    "cat -n": lambda value: "".join(
        f"{n:6}\t{part}\n" for n, part in enumerate(lines(value, 8).split("\n"), 1)
    ),
    "grep -n": lambda value: "".join(
        f"{n}:{part}\n" for n, part in enumerate(lines(value, 8).split("\n"), 1)
    ),
    "diff": lambda value: "".join(f"+{part}\n" for part in lines(value, 8).split("\n")),
}


@pytest.mark.parametrize("form", PACKED)
@pytest.mark.parametrize("value", [*VALUES[:3], VALUES[5]])
def test_no_packed_form_of_a_secret_is_left(form: str, value: str) -> None:
    written = PACKED[form](value)
    masked = masking(value).mask(f"before {{\n{written}\n}} after")
    assert MASK in masked, written
    assert masked.startswith("before {")
    assert masked.endswith("} after")
    assert len(masked) < len("before {\n\n} after") + len(written) / 2


def test_what_unpacks_without_end_is_left() -> None:
    packed = base64.b64encode(gzip.compress(bytes(50 << 20))).decode()
    assert masking(SECRET).mask(packed) == packed


def test_forms_in_forms() -> None:
    """Two forms by chance, one in the other; always the same ones."""
    chance = random.Random(13)
    inner = ["itself", "base64", "JSON", "address", "hexadecimal", "bash's %q", "HTML", "Python's shlex"]
    outer = ["JSON", "JSON of Go", "YAML's single quotes", "Python", "coloured", "lines of 20", "address"]
    for _ in range(400):
        value = _by_chance(chance)
        names = chance.choice(inner), chance.choice(outer)
        first, second = (FORMS[name] for name in names)

        def form(
            value: str, first: Callable[[str], str] = first, second: Callable[[str], str] = second
        ) -> str:
            return second(first(value))

        masked = masking(value).mask(form(value))
        assert MASK in masked, (names, value, form(value))
        assert not _in_common(form, value, masked), (names, value, masked)


def _by_chance(chance: random.Random) -> str:
    letters = chance.choice(
        [string.hexdigits[:16], string.ascii_letters + string.digits, string.printable[:94], "æøåABC123-_./"]
    )
    return "".join(chance.choice(letters) for _ in range(chance.randint(14, 48)))


def test_a_secret_that_was_cut_is_found_by_its_pieces() -> None:
    value = "Zx81k3Qm20vLp7Tt5Ny4"
    masker = masking(value)
    for cut in (value[:15], value[5:], f"\n> {value[:12]}\n> {value[12:]}"[:17]):
        assert cut.strip("\n> ") not in masker.mask(f"token: {cut}")
    # A few characters are what people show on purpose.
    assert masker.mask(f"token: {value[:8]}…") == f"token: {value[:8]}…"


def test_words_of_a_secret_are_words() -> None:
    masker = masking("correct horse battery staple 1")
    assert masker.mask("correct horse, battery") == "correct horse, battery"


def test_texts_without_secrets_are_left_as_they_are() -> None:
    chance = random.Random(7)
    masker = masking(*(hashlib.sha256(bytes([each])).hexdigest() for each in range(100)))
    letters = string.printable + "æøå🔑\x1b\\%&"
    for _ in range(200):
        text = "".join(chance.choice(letters) for _ in range(chance.randint(0, 400)))
        assert masker.mask(text) == text
    assert masker.mask("".join(hashlib.sha256(b"other").hexdigest() for _ in range(50))).count(MASK) == 0


def test_what_is_masked_stays_as_it_is() -> None:
    masker = masking(*VALUES)
    for form in FORMS.values():
        masked = masker.mask(f"{form(VALUES[1])} {form(VALUES[3])}")
        assert masker.mask(masked) == masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b64("hunter2-hunter3"), "hunter2-hunter3"),
        (b64("gitops:hunter2-hunter3"), "hunter2-hunter3"),
        (b"hunter2-hunter3".hex(), "hunter2-hunter3"),
        (quote("hunter2/hunter3", safe=""), "hunter2/hunter3"),
        ("gitops:hunter2-hunter3", "hunter2-hunter3"),
        ("https://gitops:hunter2-hunter3@gitea.test/x", "hunter2-hunter3"),
        (r"-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----", "MIIEvQIBADANBg"),
        ('{"user": "gitops", "password": "hunter2-hunter3"}', "hunter2-hunter3"),
        (json.dumps({"auths": {"host": {"auth": b64("gitops:hunter2-hunter3")}}}), "hunter2-hunter3"),
    ],
)
def test_what_a_secret_says_when_it_is_decoded(value: str, shown: str) -> None:
    assert masking(value).mask(f"it is {shown} here") == f"it is {MASK} here"


def test_what_is_no_secret_in_a_secret_is_left() -> None:
    assert masking('{"user": "gitops", "password": "hunter2-hunter3"}').mask("gitops") == "gitops"


# Streams


def captured(data: bytes) -> Captured:
    return Captured(data[:HEAD], data[HEAD:][-TAIL:], len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("of", range(1, len(SECRET)))
def test_a_secret_that_capturing_has_cut(masker: Masker, of: int) -> None:
    data = b"." * (HEAD - of) + SECRET.encode() + b"." * HEAD * 2 + SECRET.encode() + b"." * (TAIL - of)
    shown = masker.stream(captured(data))
    assert set(shown) <= set(f".\n[]{string.digits} bytes of left out"), set(shown)
    assert "bytes of" in shown


def test_a_secret_across_the_capturings_two_parts(masker: Masker) -> None:
    data = b"." * (HEAD - 5) + SECRET.encode() + b"."
    assert masker.stream(captured(data)) == "." * (HEAD - 5) + MASK + "."


@pytest.mark.parametrize("noise", [b"\xff\xfe\0\x01", b"\0", b"\xc3"])
def test_a_secret_among_what_is_no_text_is_found(masker: Masker, noise: bytes) -> None:
    assert masker.finds(noise + SECRET.encode() + noise)
    assert not masker.finds(noise + SECRET.encode()[:-1] + noise)
    assert SECRET not in masker.stream(captured(noise + SECRET.encode() + noise))


def test_a_large_text_takes_no_time(masker: Masker) -> None:
    import time

    masker.add(hashlib.sha256(bytes([each])).hexdigest() for each in range(100))
    text = 'a line of a log: level=info msg="it\'s done" path=/a/b/c\\n 3f2a\n' * 15_000
    started = time.process_time()
    masker.mask(text)
    assert time.process_time() - started < 20


_PACKED = "hunter-Tango-4711-xyz"


@pytest.mark.parametrize(
    "printed",
    [
        ".".join(_PACKED),
        "-".join(_PACKED),
        ", ".join(_PACKED),
        str(list(_PACKED)),
        json.dumps(list(_PACKED)),
        "_".join(_PACKED),
        ":".join(_PACKED),
        ";".join(map(str, _PACKED.encode())),
        "\n".join(map(str, _PACKED.encode())),
        base64.b64encode(zlib.compress(_PACKED.encode())).decode(),
        base64.b64encode(bz2.compress(_PACKED.encode())).decode(),
        base64.b64encode(lzma.compress(_PACKED.encode())).decode(),
    ],
)
def test_signs_apart_and_other_ways_of_packing(printed: str) -> None:
    masker = Masker()
    masker.add([_PACKED])
    text = f"it is {printed} and\nmore"
    assert re.fullmatch(r"""it is (\[["'])?\*{3}(["']\])? and\nmore""", masker.mask(text))
    assert masker.mask("1, 2, 3, 4, 5, 6 and a.b.c.d.e.f.g") == "1, 2, 3, 4, 5, 6 and a.b.c.d.e.f.g"
