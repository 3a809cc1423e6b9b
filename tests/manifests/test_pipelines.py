"""The pipelines that the guide's steps write: substitutions that stay text, and steps that are not root."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from guide.paths import ROOT, SNIPPETS
from guide.sandbox import binaries
from walkthrough.progress import Progress

#: What a step writes into a pipeline: a whole one, or more steps at the end of one.
WRITTEN = re.compile(r"\.drone\.yml <<'END'\n(?P<text>.*?)^END$", re.DOTALL | re.MULTILINE)
#: Images whose own user is not root, and the one that has to be: it unpacks files that belong to root.
OWN_USER = ("THE-ONE-THAT-CLONES", "docker.io/plugins/kaniko:")


def pipelines() -> Iterator[tuple[str, str]]:
    """Each text that is written, as a pipeline, by the step that writes it."""
    for path in sorted(SNIPPETS.rglob("*.sh")):
        for found in WRITTEN.finditer(path.read_text(encoding="utf-8")):
            text = found["text"]
            whole = (
                text
                if text.startswith("kind:")
                else f"kind: pipeline\ntype: kubernetes\nname: nyan\nsteps:\n{text}"
            )
            yield str(path.relative_to(ROOT)), whole


PIPELINES = dict(pipelines())


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from scalars(one)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(key)
            yield from scalars(value)


def test_the_pipelines_are_found() -> None:
    assert set(PIPELINES) == {
        f"snippets/{name}.sh"
        for name in ("drone/pipeline", "nyan/pipeline", "nyan/scan", "nyan/vulnerabilities", "nyan/robot")
    }


@pytest.mark.parametrize("name", PIPELINES)
def test_what_drone_substitutes_is_quoted(name: str) -> None:
    # Drone puts the value into the text and reads that as YAML: 01234567 alone would be a number.
    document = yaml.compose(PIPELINES[name])
    assert document is not None
    assert [one.value for one in scalars(document) if "${" in one.value and one.style not in ("'", '"')] == []


@pytest.mark.parametrize("name", PIPELINES)
def test_a_step_is_root_only_where_it_must_be(name: str) -> None:
    steps: list[dict[str, Any]] = yaml.safe_load(PIPELINES[name])["steps"]
    assert [
        step["name"] for step in steps if not step["image"].startswith(OWN_USER) and not step.get("user")
    ] == []


@pytest.mark.sandbox
@pytest.mark.parametrize("start", ["01234567", "08912345", "0b101010", "12345678", "1e234567", "cafebabe"])
def test_the_runner_reads_a_tag_as_the_start_of_the_commit_whatever_it_is(start: str) -> None:
    """With the runner itself, which substitutes before it reads."""
    with Progress(io.StringIO()) as progress:
        runner = binaries.ensure(["drone-runner-kube"], progress)["drone-runner-kube"]
    compiled = subprocess.run(
        [runner, "compile", "--source=/dev/stdin", "--stage-name=nyan", f"--commit-after={start:0<40}"],
        input=PIPELINES["snippets/nyan/pipeline.sh"],
        capture_output=True,
        text=True,
    )
    assert compiled.returncode == 0, compiled.stderr
    steps = json.loads(compiled.stdout)["steps"]
    (build,) = (step for step in steps if step["name"] == "build")
    assert build["environment"]["PLUGIN_TAGS"] == start
