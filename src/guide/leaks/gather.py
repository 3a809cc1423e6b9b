"""Brings together what a machine and its cluster have written down: standard library only, it is sent there.

    python gather.py [guide]

Looks at all of the home; with ``guide`` at what the guide makes there, for the machine may be somebody's own.
Writes messages to standard output: the length of a place's name and of what stands there, in four bytes each,
then both. What could not be looked at is told as a place of its own, ``! WHAT``, with the reason: a question
that nobody answered is never an empty place.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HEAD = struct.Struct("!II")

#: The administrator's, whatever the reader's own may be.
KUBECTL = ("microk8s", "kubectl", "--request-timeout=30s")
#: What the API shows to whoever may only look.
KINDS = (
    *("configmaps", "pods", "events", "services", "serviceaccounts", "nodes", "namespaces"),
    *("deployments.apps", "daemonsets.apps", "statefulsets.apps", "replicasets.apps"),
    *("cronjobs.batch", "jobs.batch", "ingresses.networking.k8s.io", "persistentvolumeclaims"),
    *("applications.argoproj.io", "appprojects.argoproj.io"),
    *("certificates.cert-manager.io", "certificaterequests.cert-manager.io"),
)
#: Gitea's repositories, and the keys that it keeps beside Kubernetes' Secrets.
GITEA = ("--namespace=gitea", "deployment/gitea", "--container=gitea")
REPOSITORIES = "/var/lib/gitea/git/repositories"
KEYS = "/var/lib/gitea/secrets"
#: Bytes of a file in the reader's home that may be more than text.
LARGEST = 4 << 20

#: What the guide makes in a home, and where a tool would put what it remembers.
GUIDES = (
    *("platform", "nyan", ".config/gitops", ".config/argocd", ".config/git", ".docker"),
    *(".kube/admin*", ".kube/gitops*", ".ssh/gitops*", ".gitconfig", ".git-credentials", ".netrc"),
    *(".bashrc", ".bash_history", ".zshrc", ".zsh_history", ".profile"),
)

Found = tuple[str, bytes]


class UnansweredError(Exception):
    """A question that the cluster did not answer, with what it said instead."""


def main(whole: bool) -> None:
    """Write everything."""
    seen: set[str] = set()
    for source in (home(whole, seen), gitea(seen), objects(), logs()):
        try:
            for where, content in source:
                tell(where, content)
        except UnansweredError as error:
            question, answer = error.args
            tell(f"! {question}", answer)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            tell("! an answer of the cluster's", f"it has another form: {error!r}".encode())
    sys.stdout.buffer.flush()


def tell(where: str, content: bytes) -> None:
    """Write a place."""
    name = where.encode(errors="replace")
    sys.stdout.buffer.write(HEAD.pack(len(name), len(content)) + name + content)


def home(whole: bool, seen: set[str]) -> Iterator[Found]:
    """Each file of the reader's home, and each object of each git repository there, reachable or not."""
    home = Path.home()
    for top in [home] if whole else [path for each in GUIDES for path in sorted(home.glob(each))]:
        if top.is_file():
            yield from from_file(top)
        for folder, folders, files in os.walk(top):
            here = Path(folder)
            if here == home / ".kube/cache":
                folders.clear()  # what the API says of itself to everybody
                continue
            if (here / "HEAD").is_file() and (here / "objects").is_dir():
                folders.remove("objects")
                name = f"git of ~/{here.relative_to(home)}"
                yield from from_git(name, ["git", "-C", folder, *ALL_OBJECTS], seen)
            for each in sorted(files):
                yield from from_file(here / each)


def from_file(path: Path) -> Iterator[Found]:
    """A file of the reader's home."""
    where = f"~/{path.relative_to(Path.home())}"
    try:
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            yield where, path.read_bytes()
    except OSError as error:
        yield f"! {where}", str(error).encode()


ALL_OBJECTS = ("cat-file", "--batch-all-objects", "--batch", "--unordered")


def from_git(name: str, command: list[str], seen: set[str]) -> Iterator[Found]:
    """The objects of a repository that no earlier one had."""
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        yield f"! {name}", done.stderr
        return
    data, at = done.stdout, 0
    while at < len(data):
        end = data.index(b"\n", at)
        digest, kind, size = data[at:end].decode().split()
        content = data[end + 1 : end + 1 + int(size)]
        at = end + 1 + int(size) + 1
        if digest not in seen:
            seen.add(digest)
            yield f"{name}: {kind} {digest}", content


def gitea(seen: set[str]) -> Iterator[Found]:
    """The objects that Gitea's repositories have besides."""
    if not items("deployments.apps", "--namespace=gitea"):
        return
    # Before the first one there is none, which is no failure.
    there = f'for each in {REPOSITORIES}/*/*.git; do [ ! -d "$each" ] || echo "$each"; done'
    for path in answered("exec", *GITEA, "--", "sh", "-c", there).decode(errors="replace").split():
        name = f"git of Gitea's {path.removeprefix(REPOSITORIES + '/')}"
        inside = ["exec", *GITEA, "--", "git", "-C", path]
        yield from from_git(name, [*KUBECTL, *inside, *ALL_OBJECTS], seen)
        yield name, answered(*inside, "for-each-ref")
    keys = f'for file in {KEYS}/*; do value=$(cat "$file") || exit; echo "$file=$value"; done'
    yield "keys of Gitea", answered("exec", *GITEA, "--", "sh", "-c", keys)


def objects() -> Iterator[Found]:
    """What the API shows of everything but Secrets."""
    known = answered("api-resources", "--output=name").decode(errors="replace").split()
    for kind in (kind for kind in KINDS if kind in known or kind.partition(".")[0] in known):
        for each in items(kind, "--all-namespaces"):
            where = f"{each['metadata'].get('namespace', '')}/{each['metadata'].get('name', '')}".lstrip("/")
            yield f"{kind.partition('.')[0]} {where}", json.dumps(each, ensure_ascii=False).encode()


def logs() -> Iterator[Found]:
    """The logs of all containers, of those before them, too."""
    asked = []
    for pod in items("pods", "--all-namespaces"):
        status = pod.get("status", {})
        for each in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
            place = pod["metadata"]["namespace"], pod["metadata"]["name"], each["name"]
            if "waiting" not in each.get("state", {}):
                asked.append((*place, ""))
            if each.get("restartCount"):
                asked.append((*place, "--previous"))
    with ThreadPoolExecutor(4) as pool:
        yield from pool.map(log, asked)


def log(container: tuple[str, str, str, str]) -> Found:
    """The log of one container."""
    namespace, pod, name, which = container
    asked = [pod, f"--namespace={namespace}", f"--container={name}", *filter(None, [which])]
    done = kubectl("logs", *asked)
    where = f"log of {namespace}/{pod} {name}{' before it was started again' if which else ''}"
    if done.returncode == 0:
        return where, done.stdout
    # Cleared away since its pod was looked at.
    gone = which or b"not found" in done.stderr or b"not available" in done.stderr
    return (where, b"") if gone else (f"! {where}", done.stderr)


def items(*words: str) -> list[dict[str, Any]]:
    """Objects that the API lists.

    :raises UnansweredError: it lists nothing of the kind.
    """
    answer = answered("get", *words, "--output=json")
    try:
        found = json.loads(answer)["items"]
        if not all(isinstance(each["metadata"], dict) for each in found):
            raise TypeError
    except (LookupError, TypeError, ValueError, RecursionError):
        raise UnansweredError(f"kubectl get {' '.join(words)}", b"what it printed is no list") from None
    return list(found)


def answered(*words: str) -> bytes:
    """What kubectl answers.

    :raises UnansweredError: it failed.
    """
    done = kubectl(*words)
    if done.returncode != 0:
        raise UnansweredError(f"kubectl {' '.join(words)}", done.stderr)
    return done.stdout


def kubectl(*words: str) -> subprocess.CompletedProcess[bytes]:
    """What kubectl says."""
    return subprocess.run([*KUBECTL, *words], capture_output=True, check=False)


if __name__ == "__main__":
    main(sys.argv[1:] != ["guide"])
