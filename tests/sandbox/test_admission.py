"""The policy for images by digest: what it is made of. What it does is seen on a cluster in test_node.py."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from guide.pins.lockfile import Pin
from guide.sandbox import admission, image_table

DIGEST = f"sha256:{'a' * 64}"
REFS = ("registry:2.8.3", "quay.io/team/tool:v1")
PINS = (
    Pin("quay.io/team/tool:v1", DIGEST, date(2026, 11, 23), registry="quay.io", used=("x",)),
    Pin("quay.io/team/absent:v1", DIGEST, date(2026, 11, 23), registry="quay.io", used=("x",)),
    Pin("docker.io/library/registry:2.8.3", used=("x",)),
)


def variables(*pins: Pin) -> dict[str, Any]:
    policy, binding = (row["object"] for row in json.loads(admission.policy(REFS, pins))["objects"])
    assert binding["spec"] == {"policyName": policy["metadata"]["name"]}
    return {row["name"]: json.loads(row["expression"]) for row in policy["spec"]["variables"]}


def test_an_image_is_known_in_every_spelling() -> None:
    assert variables()["tags"] == [
        "docker.io/library/registry:2.8.3",
        "library/registry:2.8.3",
        "quay.io/team/tool:v1",
        "registry:2.8.3",
    ]


def test_a_digest_without_a_tag_is_known_where_it_is_pinned_and_has_a_stand_in() -> None:
    assert variables(*PINS)["digests"] == {f"quay.io/team/tool@{DIGEST}": "quay.io/team/tool:v1"}


def test_the_replacement_is_listed_where_it_takes_effect() -> None:
    (row,) = admission.replacements(REFS, PINS)
    assert row.guide == "the digests of quay.io/team/tool:v1"
    assert "admission policy" in row.runs
    assert admission.replacements(REFS[:1], PINS) == []
    assert admission.replacements(REFS, PINS[1:]) == []


def test_the_cluster_has_the_image_that_it_is_asked_about() -> None:
    probe = json.loads(admission.policy(REFS, PINS))["probe"]
    (container,) = probe["object"]["spec"]["containers"]
    assert container["image"].partition("@")[0] == probe["image"]
    assert probe["image"] in {row["ref"] for row in image_table.Table().images}
    assert "dryRun" in probe["path"], "nothing is made"
