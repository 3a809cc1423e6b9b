"""What tests share of this repository's pages is no test's to change."""

from __future__ import annotations

from tests.pages import pages_of_this_repository


def test_what_one_test_does_to_the_pages_no_other_sees() -> None:
    mine = pages_of_this_repository()
    key = next(key for key, page in mine.pages.items() if page.blocks)
    bodies = [block.body for block in mine.pages[key].blocks]
    meta = dict(mine.pages[key].meta)
    for block in mine.pages[key].blocks:
        block.body = "changed"
        block.outputs = []
    mine.pages[key].meta.clear()
    mine.errors.clear()
    removed = mine.pages.pop(key)
    theirs = pages_of_this_repository().pages[key]
    assert [block.body for block in theirs.blocks] == bodies
    assert theirs.meta == meta
    assert removed is not theirs
