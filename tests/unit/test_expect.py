"""Comparing what was printed with what the page shows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from walkthrough.compare import expect
from walkthrough.compare.expect import check_expectation, compare, updated
from walkthrough.compare.like import shape
from walkthrough.errors import UserError


@pytest.mark.parametrize(
    ("match", "expected", "actual"),
    [
        ("exact", "a\n", "a\n"),
        ("exact", "a\n", "\na  \r\n\n"),
        ("exact", "", "\n"),
        ("exact", "…\n", "…"),
        ("ellipsis", "a …\n", "a b c\n"),
        ("ellipsis", "a… c\n", "a c\n"),
        ("ellipsis", "…b…\n", "abc\n"),
        ("ellipsis", "a\n…\nz\n", "a\nb\nc\nz\n"),
        ("ellipsis", "a\n…\nz\n", "a\nz\n"),
        ("ellipsis", "  …\nz\n", "a\nb\nz"),
        ("ellipsis", "…", ""),
        ("ellipsis", "…\nb\n…\nb\n", "b\na\nb\nb\n"),
        ("ellipsis", "a (1 + 2) …\n", "a (1 + 2) = 3\n"),
        ("like", "x …  5s\n", "x abc  12m\n"),
        ("like", "NAME  AGE\na     5s\n", "NAME   AGE\na      12m30s\n"),
        ("regex", r"a\d+", "a42\n"),
        ("regex", "^a$\n^b.$\n", "a\nbc\n"),
        ("regex", r"(?s)a.*z", "a\nb\nz"),
        ("json", '{"a": 1, "b": [1, 2]}', '{"b":[1,2],\n"a":1}'),
        ("json", '{"a": 1, "…": "…"}', '{"a": 1, "b": {"c": 2}}'),
        ("json", '{"a": "…"}', '{"a": {"b": 2}}'),
        ("json", '{"a": "v1.…"}', '{"a": "v1.36.3"}'),
        ("json", '[1, "…"]', "[1, 2, 3]"),
        ("json", '[1, "…"]', "[1]"),
        ("json", '{"items": [{"name": "a", "…": "…"}]}', '{"items": [{"name": "a", "uid": 1}]}'),
        ("json", "1", "1.0"),
    ],
)
def test_what_matches(match: str, expected: str, actual: str) -> None:
    assert compare(expected, actual, match) is None
    check_expectation(expected, match, "p:1")


@pytest.mark.parametrize(
    ("match", "expected", "actual"),
    [
        ("exact", "a\n", "b\n"),
        ("exact", "a\n", ""),
        ("exact", "", "a"),
        ("exact", "a\n", "a\na\n"),
        ("exact", "a …\n", "a b\n"),
        ("exact", " a\n", "a\n"),
        ("exact", "5s\n", "6s\n"),
        ("exact", "Æ\n", "æ\n"),
        ("ellipsis", "a …\n", "b c\n"),
        ("ellipsis", "a\n…\nz\n", "a\nb\n"),
        ("ellipsis", "a\n…\nz\n", "a\nz\ny\n"),
        ("ellipsis", "a…b\n", "a\nb\n"),
        ("ellipsis", "5s …\n", "6s …\n"),
        ("like", "a     5s\n", "b     5s\n"),
        ("like", "a\n", "a\nb\n"),
        ("like", "Running  0\n", "Running  1\n"),
        ("regex", "a", "ab"),
        ("regex", "a", "a\nb"),
        ("json", '{"a": 1}', '{"a": 1, "b": 2}'),
        ("json", '{"a": 1, "…": "…"}', '{"b": 2}'),
        ("json", '{"a": true}', '{"a": 1}'),
        ("json", '{"a": "1"}', '{"a": 1}'),
        ("json", "[1, 2]", "[2, 1]"),
        ("json", '[1, 2, "…"]', "[1]"),
        ("json", "{}", "no JSON"),
    ],
)
def test_what_differs(match: str, expected: str, actual: str) -> None:
    assert compare(expected, actual, match)


def test_a_difference_shows_only_what_differs() -> None:
    expected = "NAME    STATUS    AGE\nnode    Ready     5s\n…\nlast    12:00:01\n"
    actual = "NAME    STATUS      AGE\nnode    NotReady    9m\nb\nc\nlast    13:00:02\n"
    assert compare(expected, actual, "like") == (
        "--- the page\n+++ what was printed\n@@ -1,4 +1,4 @@\n"
        " NAME    STATUS    AGE\n-node    Ready     5s\n+node    NotReady    9m\n …\n last    12:00:01"
    )


def test_a_difference_in_json_shows_only_what_differs() -> None:
    difference = compare(
        '{"kind": "Pod", "status": "Running", "…": "…"}',
        '{"kind": "Pod", "uid": 1, "status": "Failed"}',
        "json",
    )
    assert difference is not None
    changed = [line for line in difference.splitlines()[3:] if line[0] in "+-"]
    assert changed == ['-  "status": "Running",', '+  "status": "Failed",']


@pytest.mark.parametrize(
    ("match", "expected", "actual", "rewritten"),
    [
        ("exact", "a\nb\n", "a\nc\n", "a\nc\n"),
        ("exact", "a\n", "", ""),
        ("like", "x   5s\ny   1m\n", "x   9s\nz   1m\n", "x   5s\nz   1m\n"),
        ("like", "x   5s\n", "x   9s\nz   1m\n", "x   5s\nz   1m\n"),
        ("like", "x   5s\ny   1m\n", "y   7m\n", "y   1m\n"),
        ("like", "pod/a-5d7f97b46d-x2x7k  Running\n", "pod/a-6d7f97b46d-zzz7k  Failed\n", None),
        ("ellipsis", "a\n…\nz\n", "a\nb\nc\nz\n", "a\n…\nz\n"),
        ("ellipsis", "a\n…\nz\n", "a\nb\nc\ny\n", "a\n…\ny\n"),
        ("ellipsis", "a …\nb\n", "a 1\nc\n", "a …\nc\n"),
        ("ellipsis", "…\nb\n", "a\nb\nc\n", "…\nb\nc\n"),
        ("json", '{"a": "…", "b": 1}', '{"a": 5, "b": 2}', '{\n  "a": "…",\n  "b": 2\n}\n'),
        ("json", '{"a": 1, "…": "…"}', '{"a": 2, "b": 3}', '{\n  "a": 2,\n  "…": "…"\n}\n'),
        ("json", '[{"a": 1}, "…"]', '[{"a": 2}, 5]', '[\n  {\n    "a": 2\n  },\n  "…"\n]\n'),
    ],
)
def test_a_rewritten_expectation_keeps_what_still_matches(
    match: str, expected: str, actual: str, rewritten: str | None
) -> None:
    result = updated(expected, actual, match)
    assert result == (actual if rewritten is None else rewritten)
    assert compare(result or "", actual, match) is None


def test_what_a_person_has_to_rewrite() -> None:
    assert updated("a.", "b", "regex") is None
    assert updated("{}", "no JSON", "json") is None


@pytest.mark.parametrize("match", ["exact", "ellipsis", "like"])
def test_an_expectation_that_holds_is_rewritten_as_it_is(match: str) -> None:
    text = "NAME   AGE\na      5s\n"
    assert updated(text, text, match) == text


def test_thousands_of_lines_are_compared_at_once() -> None:
    expected = "…\n" * 20 + "\n".join(f"line {n} 5s" for n in range(5000))
    actual = "\n".join(f"line {n} 7s" for n in range(5000))
    assert compare(expected, actual, "like") is None
    assert compare(expected + "\nmore", actual, "like")


WORDS = ", ".join(f"k{n}: v, x" for n in range(2000))
#: What took minutes, or would never have ended: expected, printed, how they are compared.
LONG = {
    "many … in a line": ('{…, …, …, "end": 1}', "{" + WORDS + "}", "ellipsis"),
    "many more": ("…a" * 200 + "z", "a" * 200_000, "ellipsis"),
    "like": ("x …, …, …, … 5s end", WORDS * 10 + " 7s", "like"),
    "in a string of JSON": ('{"a": "…, …, …, …end"}', '{"a": "' + WORDS + '"}', "json"),
    "lines that begin alike": ("…\n" + "a\n" * 2000 + "b", "a\n" * 100_000, "ellipsis"),
    "lines that float": ("…\n" + "a 5s\n" * 500 + "b", "a 7s\n" * 50_000, "like"),
    "other lines": (
        "\n".join(f"{n % 97}" for n in range(20_000)),
        "\n".join(f"{n % 89}" for n in range(20_000)),
        "exact",
    ),
    "one long line": ("x", "ab 1s-" * 100_000, "like"),
    "a pattern": ("(a+)+$", "a" * 60 + "b", "regex"),
    "lists in lists": ("[1]", "[" * 200_000, "json"),
    "lists that end": ("[1]", "[" * 900 + "]" * 900, "json"),
    "a number": ("1", "9" * 10_000, "json"),
}


@pytest.mark.parametrize("case", LONG)
def test_comparing_comes_to_an_end(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("walkthrough.compare.expect._PATTERN", 1.0)
    expected, actual, match = LONG[case]
    began = time.process_time()
    assert compare(expected, actual, match)
    # A machine that is busy takes no more of the processor. What was wrong took minutes of it.
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        ("a…a", "a", False),
        ("a…a", "aa", True),
        ("…ab…ab…", "xabyab", True),
        ("…ab…ab…", "xaby", False),
        ("…", "", True),
        ("a……b", "ab", True),
        ("ab…bc", "abc", False),
        ("…b…b", "abab", True),
    ],
)
def test_an_ellipsis_takes_any_text_and_gives_none_back(expected: str, actual: str, matches: bool) -> None:
    assert (compare(f"{expected}\n", f"{actual}\n", "ellipsis") is None) is matches


@pytest.mark.parametrize(("text", "match"), [("(", "regex"), ("{", "json"), ("{'a': 1}", "json")])
def test_an_expectation_that_nothing_could_meet(text: str, match: str) -> None:
    with pytest.raises(UserError) as caught:
        check_expectation(text, match, "docs/nb/index.md:3")
    assert caught.value.where == "docs/nb/index.md:3"


ALIKE = {
    "uid": ("uid: 0c9ae1b8-1111-4222-8333-0123456789ab", "uid: ffffffff-aaaa-4bbb-9ccc-ba9876543210"),
    "digest": (f"img@sha256:{'a' * 64}", f"img@sha256:{'0' * 64}"),
    "commit": (f"HEAD is {'b' * 40}", f"HEAD is {'1' * 40}"),
    "time": ("at 2026-11-23T22:41:02Z", "at 2027-01-01T00:00:00.123Z"),
    "time with offset": ("at 2026-11-23T22:41:02+01:00", "at 2026-06-01 10:00:00 +0200"),
    "HTTP date": ("Date: Mon, 23 Nov 2026 22:41:02 GMT", "Date: Tue, 01 Dec 2026 02:00:00 GMT"),
    "date(1)": ("Mon Nov 23 22:41:02 UTC 2026", "Tue Dec  1 02:00:00 CET 2026"),
    "openssl": ("notAfter=Nov 23 22:41:02 2026 GMT", "notAfter=Feb  3 01:00:00 2027 GMT"),
    "date": ("on 2026-11-23.", "on 2027-02-01."),
    "clock": ("[22:41:02] x", "[01:02:03.456] x"),
    "age": ("Running   0   5s", "Running   0          4d2h"),
    "ages": ("condition met after 1.25s (12m ago)", "condition met after 350ms (3h ago)"),
    "ip": ("10.1.254.66:443 10.0.0.0/16", "192.168.0.1:443 172.16.0.0/12"),
    "ipv6": ("fe80::1%eth0 2001:db8::42", "fe80::2%eth0 2001:db8:1:2:3:4:5:6"),
    "node port": ("80:31234/TCP,443:32001/TCP", "80:30000/TCP,443:32767/TCP"),
    "high port": ("127.0.0.1:45678 -> 80", "127.0.0.1:32768 -> 80"),
    "pod": ("pod/cert-manager-5d7f97b46d-x2x7k", "pod/cert-manager-66bb9c7f8c-mmzqd"),
    "replica set": ("rs/nyan-5d7f97b46d  1", "rs/nyan-66bb9c7f8c  1"),
    "daemon set": ("nginx-ingress-x2x7k ", "nginx-ingress-bcdfg"),
    "resource version": ('resourceVersion: "12"', 'resourceVersion: "34567"'),
    "resource version in JSON": ('"resourceVersion":"12"', '"resourceVersion":"9"'),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_floats(name: str) -> None:
    first, second = ALIKE[name]
    assert first != second
    assert compare(first, second, "like") is None
    assert compare(first, second, "exact")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("127.0.0.1", "10.0.0.1"),
        ("0.0.0.0:80", "127.0.0.1:80"),
        ("v1.36.3", "v1.36.4"),
        ("1.2.3", "1.2.4"),
        ("0/1 Running", "1/1 Running"),
        ("sha256:abc", "sha256:abd"),
        ("port 8080", "port 8081"),
        ("localhost:8443", "localhost:9443"),
        ("443/TCP", "80/TCP"),
        ("64Mi", "128Mi"),
        ("node-one", "node-two"),
        ("gitops-ca", "gitops-ka"),
        ("cert-manager", "cert-Manager"),
        ("::1", "fe80::1"),
        ("a b", "ab"),
        ("  a", "a"),
        ("5s", "soon"),
        ("x-12345", "x-54321"),
        ("10m 1.2.3.4", "1.2.3.4 10m"),
        ("HTTP/1.1 200 OK", "HTTP/1.1 404 OK"),
    ],
)
def test_what_does_not_float(first: str, second: str) -> None:
    assert compare(first, second, "like")


def test_a_shape_names_what_floats() -> None:
    assert shape("web-5d7f97b46d-x2x7k    5s  10.1.2.3") == "web-\0hash\0  \0age\0  \0ip\0"


def test_a_pattern_without_an_end_ends_though_nobody_waits_for_it() -> None:
    program = [sys.executable, "-I", "-S", "-c", expect._FULL_MATCH, "1"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, text=True) as left:
        left.communicate(json.dumps(["(a+)+$", "a" * 60 + "b"]), timeout=60)
    assert left.returncode == -signal.SIGALRM
