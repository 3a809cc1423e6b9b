"""What the form of a proof cannot say: that its parts belong together, and that its times are times.

A file that was cut, merged or mended by hand may have the form, and say of a page what no run has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from walkthrough.pages.block import page_sha256
from walkthrough.proof.record import TIME


def no_times(data: Mapping[str, Any]) -> str:
    """Why the times of a run are none; empty where no calendar objects."""
    for name in ("started", "finished"):
        try:
            datetime.strptime(data[name], TIME)
        except ValueError as odd:
            return f"{name}: {odd}"
    return ""


def apart(data: Mapping[str, Any]) -> str:
    """Why the parts of a whole record, which has its form, are not those of one run; empty where they are."""
    if sorted(data["chain"]) != sorted(data["pages"]):
        return "chain: these are not the pages that it has verdicts of"
    totals: dict[str, Counter[str]] = {language: Counter() for language in data["counts"]}
    for name, languages in data["pages"].items():
        first, *others = [[block["name"] for block in page["blocks"]] for page in languages.values()]
        if any(each != first for each in others):
            return f"pages: {name}: its languages have other blocks"
        for language, page in languages.items():
            if page["sha256"] != page_sha256(block["sha256"] for block in page["blocks"]):
                return f"pages: {name}: the digests of its blocks do not belong together"
            verdicts = Counter(block["verdict"] for block in page["blocks"])
            if verdicts != Counter(page["counts"]) or language not in totals:
                return f"pages: {name}: its counts are not those of its blocks"
            totals[language] += verdicts
    if any(Counter(data["counts"][language]) != counted for language, counted in totals.items()):
        return "counts: these are not those of its pages"
    return ""
