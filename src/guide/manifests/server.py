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
# A policy may look at the namespace, and this is not the one that the object is meant for.
_ELSEWHERE = re.compile(r"ValidatingAdmissionPolicy '")


def dry_run(cluster: Cluster, path: Path) -> list[str]:
    """What the cluster refuses of a manifest; empty where it would take it, or cannot tell yet.

    A kind that the cluster does not have yet is left out, and so is a file that is no manifest. An object
    without a namespace gets that of its folder's kustomization. One whose namespace is not there yet is tried
    in ``default``, and what admission policies say of it there does not count. A kustomization is rendered on
    the cluster's machine, from the reader's own files, as soon as all of those are there.

    :param path: a file of ``manifests/``.
    :raises GuideError: the cluster does not answer.
    """
    if path.suffix != ".yaml":
        return []
    text = read_text(path)
    there = _ask(cluster, _kustomize(_folder(path), text) if path.name == FILE else "")
    documents = yamlfile.load(there["rendered"] if path.name == FILE else text, path.name)
    known = [document.data for document in documents if _known(document.data, there)]
    if not known:
        return []
    own = _namespace(path)
    objects = [_placed(data, there, own) for data in known]
    apply = ["microk8s", "kubectl", "apply", "--server-side", "--force-conflicts", "--dry-run=server"]
    answer = run(
        cluster.argv([*apply, "--filename", "-"]),
        timeout=TIMEOUT,
        # Some upstream manifests hold types of many thousand lines: PyYAML would take seconds to write them.
        stdin="\n".join(map(json.dumps, objects)),
        check=False,
    )
    if answer.code == 0:
        return []
    elsewhere = any(_wanted(data, there, own) not in (None, *there["namespaces"]) for data in known)
    return [one for one in _refusals(answer) if not (elsewhere and _ELSEWHERE.search(one))]


def _folder(path: Path) -> str:
    """The folder of a manifest, as the reader has it below ``platform``: ``argocd/base``."""
    parts = path.parent.parts
    return "/".join(parts[len(parts) - parts[::-1].index("manifests") :])


def _namespace(path: Path) -> str | None:
    """The namespace that a folder's kustomization puts its objects into."""
    file = path.with_name(FILE)
    data = parse_yaml(read_text(file), FILE).value if file.is_file() else None
    return data.get("namespace") if isinstance(data, dict) else None


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
        "kinds": {Kind(row[-3], row[-1]): row[-2] == "true" for row in rows if len(row) >= 4},
        "namespaces": {line.removeprefix("namespace/") for line in namespaces.split()},
        "rendered": rendered,
    }


def _known(data: Any, there: dict[str, Any]) -> bool:
    return Kind.of(data) in there["kinds"]


def _wanted(data: dict[str, Any], there: dict[str, Any], own: str | None) -> str | None:
    """The namespace that an object is meant for; none where its kind has none."""
    if not there["kinds"][Kind.of(data)]:
        return None
    namespace: str = data.get("metadata", {}).get("namespace") or own or "default"
    return namespace


def _placed(data: dict[str, Any], there: dict[str, Any], own: str | None) -> dict[str, Any]:
    wanted = _wanted(data, there, own)
    if wanted is None:
        return data
    metadata = data.get("metadata", {})
    namespace = wanted if wanted in there["namespaces"] else "default"
    if namespace == metadata.get("namespace", "default"):
        return data
    return data | {"metadata": metadata | {"namespace": namespace}}


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
