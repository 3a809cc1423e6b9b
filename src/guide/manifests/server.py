"""The second depth: what a cluster's own API says about a manifest, without changing anything."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

from guide.clusters.base import Cluster
from guide.clusters.command import Result, run
from guide.errors import GuideError
from guide.inputs import parse_yaml, read_text, yamlfile
from guide.manifests.catalogue import Kind
from guide.manifests.kustomization import FILE

#: Where the reader keeps the manifests, on the cluster's machine.
PLATFORM = "platform"

#: Seconds that the cluster may take to answer one question.
TIMEOUT = 120.0

_SECTION = "--- guide: {} ---"
# A webhook that is not up yet cannot have an opinion; the apply that follows will meet it.
_NO_OPINION = re.compile(r"failed calling webhook|context deadline exceeded")


def dry_run(cluster: Cluster, path: Path) -> list[str]:
    """What the cluster refuses of a manifest; empty where it would take it, or cannot tell yet.

    A kind that the cluster does not have yet is left out, and so is a file that is no manifest. An object
    whose namespace is not there yet is tried in ``default``. A kustomization is rendered on the cluster's
    machine, from the reader's own files, as soon as all of those are there.

    :param path: a file of ``manifests/``.
    :raises GuideError: the cluster does not answer.
    """
    if path.suffix != ".yaml":
        return []
    text = read_text(path)
    there = _ask(cluster, _kustomize(_folder(path), text) if path.name == FILE else "")
    documents = yamlfile.load(there["rendered"] if path.name == FILE else text, path.name)
    objects = [_placed(document.data, there) for document in documents if _known(document.data, there)]
    if not objects:
        return []
    apply = ["microk8s", "kubectl", "apply", "--server-side", "--force-conflicts", "--dry-run=server"]
    answer = run(
        cluster.argv([*apply, "--filename", "-"]),
        timeout=TIMEOUT,
        # Some upstream manifests hold types of many thousand lines: PyYAML would take seconds to write them.
        stdin="\n".join(map(json.dumps, objects)),
        check=False,
    )
    return [] if answer.code == 0 else _refusals(answer)


def _folder(path: Path) -> str:
    """The folder of a manifest, as the reader has it below ``platform``: ``argocd/base``."""
    parts = path.parent.parts
    return "/".join(parts[len(parts) - parts[::-1].index("manifests") :])


def _kustomize(folder: str, text: str) -> str:
    """A shell command that renders the reader's copy of a kustomization, if all its files are there."""
    data = parse_yaml(text, FILE).value
    resources = data.get("resources") or [] if isinstance(data, dict) else []
    needed = [FILE, *(name for name in resources if isinstance(name, str))]
    here = f'"$HOME"/{PLATFORM}/{shlex.quote(folder)}'
    complete = " && ".join(f"[ -e {here}/{shlex.quote(name)} ]" for name in needed)
    return f"if {complete}; then microk8s kubectl kustomize {here} || exit; fi"


def _ask(cluster: Cluster, kustomize: str) -> dict[str, Any]:
    """What the cluster has: its kinds, its namespaces, and what the kustomization comes to."""
    script = "\n".join(
        (
            f"echo '{_SECTION.format('kinds')}'",
            "microk8s kubectl api-resources --no-headers || exit",
            f"echo '{_SECTION.format('namespaces')}'",
            "microk8s kubectl get namespaces --output name || exit",
            f"echo '{_SECTION.format('rendered')}'",
            kustomize,
        )
    )
    answer = run(cluster.argv(["bash", "-c", script]), timeout=TIMEOUT, check=False)
    if answer.code != 0:
        raise GuideError(
            f"the cluster cannot be asked about a manifest: {answer.words()}", where=answer.command
        )
    _, kinds, namespaces, rendered = re.split(r"^--- guide: \w+ ---\n", answer.stdout, flags=re.M)
    rows = [row.split() for row in kinds.splitlines()]
    return {
        # NAME, SHORTNAMES (often none), APIVERSION, NAMESPACED, KIND
        "kinds": {Kind(row[-3], row[-1]) for row in rows if len(row) >= 4},
        "namespaces": {line.removeprefix("namespace/") for line in namespaces.split()},
        "rendered": rendered,
    }


def _known(data: Any, there: dict[str, Any]) -> bool:
    return Kind.of(data) in there["kinds"]


def _placed(data: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    metadata = data.get("metadata", {})
    if metadata.get("namespace", "default") in there["namespaces"]:
        return data
    return data | {"metadata": metadata | {"namespace": "default"}}


def _refusals(answer: Result) -> list[str]:
    """The cluster's words, one entry an object; its further lines are indented or have a star."""
    refusals: list[str] = []
    for line in answer.stderr.splitlines():
        if line.startswith("Warning:"):
            continue
        if refusals and re.match(r"\s|\*", line):
            refusals[-1] += f"\n{line}"
        elif line.strip():
            refusals.append(line)
    if not refusals:
        return [f"kubectl ended with {answer.code} and said nothing"]
    return [refusal for refusal in refusals if not _NO_OPINION.search(refusal)]
