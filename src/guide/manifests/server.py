"""The second depth: what a cluster's own API says about a manifest, without changing anything."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

from guide.manifests.catalogue import Kind
from guide.manifests.kustomization import FILE
from walkthrough.errors import UserError
from walkthrough.inputs import parse_yaml, read_text, yamlfile
from walkthrough.machine.base import Cluster
from walkthrough.machine.command import Result, run

#: Where the reader keeps the manifests, on the cluster's machine.
PLATFORM = "platform"

#: Seconds that the cluster may take to answer one question.
TIMEOUT = 120.0

_SECTION = "--- guide: {} ---"
# Every namespace gets one of its own a moment after it is there, and no Pod comes before that.
_ACCOUNT = re.compile(r"error looking up service account ([\w.-]+)/([\w.-]+):")
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
    :raises UserError: the cluster does not answer.
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
    answer = _apply(cluster, objects)
    if _await_accounts(cluster, answer):
        answer = _apply(cluster, objects)
    if answer.code == 0:
        return []
    elsewhere = any(_wanted(data, there, own) not in (None, *there["namespaces"]) for data in known)
    refusals = (
        one
        for one in _refusals(answer)
        if not (elsewhere and _ELSEWHERE.search(one)) and not _brings_account(one, objects)
    )
    # What the lines of a kustomization come to stands in no file.
    return [one if path.name == FILE else f"{_line_of(one, documents)}{one}" for one in refusals]


def _apply(cluster: Cluster, objects: list[dict[str, Any]]) -> Result:
    apply = ["microk8s", "kubectl", "apply", "--server-side", "--force-conflicts", "--dry-run=server"]
    return run(
        cluster.argv([*apply, "--filename", "-"]),
        timeout=TIMEOUT,
        # Some upstream manifests hold types of many thousand lines: PyYAML would take seconds to write them.
        stdin="\n".join(map(json.dumps, objects)),
        check=False,
    )


def _await_accounts(cluster: Cluster, answer: Result) -> bool:
    """Wait for what the cluster makes a moment after a namespace; false where that is not what is missing."""
    missing = {place for place, name in _ACCOUNT.findall(answer.stderr) if name == "default"}
    for namespace in sorted(missing):
        wait = ["microk8s", "kubectl", "wait", "serviceaccount/default", "--namespace", namespace]
        run(cluster.argv([*wait, "--for=create", "--timeout=60s"]), timeout=TIMEOUT, check=False)
    return bool(missing)


def _brings_account(refusal: str, objects: list[dict[str, Any]]) -> bool:
    """Whether what is missing is a service account that the same manifest brings: a dry run keeps nothing."""
    missing = _ACCOUNT.search(refusal)
    return missing is not None and any(
        one.get("kind") == "ServiceAccount" and one.get("metadata", {}).get("name") == missing[2]
        for one in objects
    )


def _line_of(refusal: str, documents: list[yamlfile.Document]) -> str:
    """``line 12: `` of the field that a refusal is about, or of its object; empty where it names none."""
    named = re.search(r'(\w+)(?:\.[\w.-]+)? "([^"]+)"', refusal)
    for document in (each for each in documents if isinstance(each.data, dict)):
        kind, name = document.data.get("kind", ""), document.data.get("metadata", {}).get("name")
        if named and named[1].lower().rstrip("s") == kind.lower().rstrip("s") and named[2] == name:
            field = re.search(r"(?:: |\* )([a-z]\w*(?:\.\w+|\[\d+\])*): ", refusal)
            parts = re.findall(r"\w+", field[1]) if field else []
            return f"line {document.line(tuple(int(p) if p.isdigit() else p for p in parts))}: "
    return ""


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
        raise UserError(
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
