"""Proofs of the sample site, made up for the tests. No cluster stands behind them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.site.site_support import Site
from walkthrough.pages.block import page_sha256
from walkthrough.pages.loading import load
from walkthrough.project import Project

NOW = datetime.now(UTC)
REASONS = {
    "sample-linux": ("substituted", "the sandbox brought up <its> own node"),
    "sample-macos": ("skipped", {"nb": "krever macOS", "en": "needs macOS"}),
    "sample-windows": ("skipped", {"nb": "krever Windows", "en": "needs Windows"}),
}


def record(site: Site, provider: str = "sandbox", *, when: datetime = NOW, complete: bool = True) -> Any:
    """A proof of the sample as it is, in the documented form."""
    project = Project(site.root)
    pages: dict[str, Any] = {}
    for name in project.nav:
        pages[name] = {}
        for language in ("nb", "en"):
            page, errors = load(project.page_path(name, language))
            assert errors == []
            blocks = []
            for block in page.blocks:
                verdict, reason = REASONS.get(block.id or "", ("passed", ""))
                blocks.append(
                    {
                        "name": block.name,
                        "id": block.id,
                        "kind": str(block.kind),
                        "line": block.where.line,
                        "source": str(block.source),
                        "sha256": block.sha256(),
                        "verdict": verdict,
                        "reason": reason[language] if isinstance(reason, dict) else reason,
                        # A block runs once, in Norwegian.
                        "seconds": 7.5 if verdict == "passed" and language == "nb" else 0,
                        "attempts": 1,
                    }
                )
            verdicts = [block["verdict"] for block in blocks]
            counts = {verdict: verdicts.count(verdict) for verdict in set(verdicts)}
            pages[name][language] = {
                "path": page.path,
                "sha256": page.sha256,
                "pins": page.pins,
                "counts": counts,
                "blocks": blocks,
            }
    replaced = [
        {
            "guide": "MicroK8s, the snap",
            "runs": "Kubernetes <1.36.3>",
            "why": "no snap store",
            "contracts": {"facts": 12, "held": 9, "unread": 2},
        }
    ]
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "schema": 2,
        "mode": "normal",
        "guide": {"commit": "abc1234" + "0" * 33, "dirty": False},
        "started": stamp,
        "finished": stamp,
        "seconds": 185.0,
        "complete": complete,
        "chain": list(project.nav),
        "cluster": {
            "provider": provider,
            "versions": {"kubernetes": "1.36.3", "etcd": "3.6.8"},
            "replacements": replaced if provider == "sandbox" else [],
            "host": {"cpus": 2, "memory_mib": 7680, "kernel": "6.1"},
        },
        "counts": {language: dict(pages["cluster.md"][language]["counts"]) for language in ("nb", "en")},
        "pages": pages,
        "failure": None,
        "measured": {},
    }


def summed_up(data: Any) -> Any:
    """The same, with digests and counts that follow from its blocks: a test may have changed those."""
    data["counts"] = {"nb": {}, "en": {}}
    for languages in data["pages"].values():
        for language, page in languages.items():
            verdicts = Counter(block["verdict"] for block in page["blocks"])
            page["counts"], page["sha256"] = (
                dict(verdicts),
                page_sha256(block["sha256"] for block in page["blocks"]),
            )
            data["counts"][language] = dict(Counter(data["counts"][language]) + verdicts)
    return data


def write(site: Site, data: Any) -> None:
    suffix = ".json" if data["complete"] else ".partial.json"
    path = site.root / "build/proof" / f"{data['cluster']['provider']}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summed_up(data)), encoding="utf-8")
