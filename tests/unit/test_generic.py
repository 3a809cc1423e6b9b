"""The generic package names nothing that is this guide's: no product, no language, no command."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import yaml

from guide.hooks import PROVIDERS, TAGS
from guide.paths import ROOT

PACKAGE = ROOT / "src/walkthrough"

#: What is said of Kubernetes, of Norwegian and of this guide beside the names of products.
_OWN = """
    guide bokmål norwegian norsk nb kubernetes kube k8s kubelet kubectl kubeadm kubeconfig kustomize
    kustomization helm nyan argo popeye nginx ingress containerd calico etcd tekton flux minikube kind-cluster
""".split()  # noqa: SIM905

#: Words that other people's pages have as well, and why they may stand here.
ALLOWED = {
    "git": "a program that every writer of pages has",
    "curl": "a program that every system has",
    "internet": "a word of English",
    "restart": "a word of English",
    "services": "a word of English",
    "sandbox": "a word of English",
}
#: Where a word may stand, and why.
PLACES = {
    (
        "proof/*",
        "guide",
    ): "a field of every proof that is kept: with another name, those of before could not be read",
    ("machine/base.py", "guide"): "the same field, in a row of what was replaced",
    ("locks.py", "nb"): "a part of the name of a constant of the system, LOCK_NB",
    ("whole.py", "nb"): "the same",
    ("machine/shell.py", "guide"): "a default that is part of each checkpoint's key",
}


def words() -> set[str]:
    products = yaml.safe_load((ROOT / "manifests/versions.yaml").read_text("utf-8"))
    titles = {each["title"].lower() for each in products.values()}
    functions = tomllib.loads((ROOT / "src/guide/commands.toml").read_text("utf-8"))
    commands = {entry.split()[0] for entry in (*functions["verifies"], *functions["changes"])}
    return {*_OWN, *products, *titles, *PROVIDERS, *TAGS, *commands} - {*ALLOWED}


def found(text: str, among: set[str]) -> Iterator[tuple[int, str]]:
    """Each word of these in a text, with its line; also as a part of a name: ``GITEA_PASSWORD``."""
    either = "|".join(sorted(map(re.escape, among), key=len, reverse=True))
    pattern = re.compile(rf"(?<![a-z])(?:{either})(?![a-z])|(?<![a-z])kube\w*")
    for number, line in enumerate(text.split("\n"), start=1):
        # In names of several words each word begins with a capital.
        for match in pattern.finditer(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", line).lower()):
            yield number, match[0]


def _allowed(file: Path, word: str) -> bool:
    return any(file.relative_to(PACKAGE).match(where) and word == what for where, what in PLACES)


def test_no_word_of_the_guide_is_in_the_generic_package() -> None:
    among = words()
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    assert len(files) > 80
    assert [
        f"{file.relative_to(ROOT)}:{line}: {word}"
        for file in files
        for line, word in found(file.read_text("utf-8"), among)
        if not _allowed(file, word)
    ] == []


def test_each_place_that_may_have_one_has_it() -> None:
    among = words()
    for where, word in PLACES:
        texts = [path.read_text("utf-8") for path in PACKAGE.glob(where) if path.is_file()]
        assert any(word == each for text in texts for _, each in found(text, among)), (where, word)


def test_a_word_is_found_however_it_is_written() -> None:
    text = "GITEA_PASSWORD\nclass MicroK8s:\n# Argo CD\nkubeNode\nclass Guide:\nguided drones\nargocd-server"
    among = words()
    assert {"gitea", "argocd", "nyan", "gitea_api", "hadolint", "multipass", "norwegian"} <= among
    assert [line for line, _ in found(text, among)] == [1, 2, 3, 4, 5, 7]
