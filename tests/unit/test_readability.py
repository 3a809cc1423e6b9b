"""The readability figures tell hard text from plain, and look at prose only."""

from __future__ import annotations

from bench.readability import flesch, lix, sentences

PLAIN = "Du har et hus. Det er rødt.\n"
HARD = "Forvaltningsmessige konsekvensutredninger forutsetter samfunnsøkonomiske vurderinger.\n"


def test_longer_words_and_sentences_are_harder() -> None:
    assert lix(PLAIN) == 7 / 2
    assert lix(HARD) > 60
    assert (
        flesch("The cat sat. The dog ran.") > 100 > flesch("Organisational interdependencies necessitate it.")
    )


def test_code_tables_and_headings_are_no_prose() -> None:
    page = (
        "---\ntitle: A page\n---\n\n# Heading {#a}\n\nRun `kubectl get pods` [here](x.md#y).\n\n"
        "```{.bash .step #a}\necho never. Counted.\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        "- One thing.\n- Another\n"
    )
    assert list(sentences(page)) == [["Run", "x", "here"], ["One", "thing"], ["Another"]]
