"""Breaking the guide on purpose, through its public commands: each break stops it, and names page:line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guide import upstream
from guide.paths import ROOT

#: What a checkout needs to check itself.
PARTS = (
    *("conftest.py", "docs", "docs-dev", "manifests", "mkdocs.yml", "pictures", "pyproject.toml"),
    "requirements.lock",
    *("sandbox", "snippets", "src", "tests"),
)

PAGE = """\
---
title: Small
---
# Small

```{.bash .step #small-greet}
--8<-- "snippets/small/greet.sh"
```

```{.text .output}
--8<-- "snippets/small/greet.out"
```

```{.bash .check #small-is-there deadline=60}
test -e greeted
```

```{.bash .step #small-remove .cleanup}
rm greeted
```
"""


class Checkout:
    """A copy of the guide to break."""

    def __init__(self, root: Path) -> None:
        self.root = root
        #: Pages that are broken already: the next break takes another one.
        self.taken: set[str] = set()

    def guide(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PYTHONPATH": str(self.root / "src"),
            "GUIDE_UPSTREAM": str(upstream.offline_folder()),
        }
        return subprocess.run(
            [sys.executable, "-m", "guide", *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def path(self, name: str) -> Path:
        return self.root / name

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace the first ``old`` in a file; the line it stood on."""
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def page_with(self, pattern: str) -> tuple[str, re.Match[str], int]:
        """The first page (in Bokmål) that is whole and has the pattern, the match, and its line."""
        for path in sorted((self.root / "docs/nb").glob("*.md")):
            text = path.read_text(encoding="utf-8")
            if path.name not in self.taken and (found := re.search(pattern, text, re.M)):
                self.taken.add(path.name)
                return path.name, found, text[: found.start()].count("\n") + 1
        raise AssertionError(f"no page has {pattern}")


def copied(folder: Path) -> Checkout:
    """The whole guide as it is, in a folder of its own."""
    for name in PARTS:
        if (ROOT / name).is_dir():
            # With what Python compiled, which it knows to be current by the times that the copies keep.
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    return Checkout(folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return copied(tmp_path)


@pytest.fixture
def small(checkout: Checkout) -> Checkout:
    """One page of our own in place of the guide's, so that it can run without Kubernetes."""
    for folder in ("docs/nb", "docs/en", "snippets"):
        shutil.rmtree(checkout.path(folder))
    for language in ("nb", "en"):
        checkout.path(f"docs/{language}").mkdir()
        checkout.path(f"docs/{language}/small.md").write_text(PAGE)
    checkout.path("snippets/small").mkdir(parents=True)
    checkout.path("snippets/small/greet.sh").write_text("touch greeted\necho hello\n")
    checkout.path("snippets/small/greet.out").write_text("hello\n")
    config = checkout.path("mkdocs.yml")
    config.write_text(re.sub(r"^nav:\n( +- .*\n)+", "nav: [small.md]\n", config.read_text(), flags=re.M))
    return checkout


def stopped(done: subprocess.CompletedProcess[str], *names: str) -> None:
    """It ended with 1, said each of the names, and showed no traceback."""
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    for name in names:
        assert name in said
    assert "Traceback" not in said


# --- what the guide says before anything runs ---


def test_unbroken_it_passes(checkout: Checkout) -> None:
    done = checkout.guide("check")
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "all is well"), done.stderr


# Each of these breaks something of its own, all in one checkout that is checked once, for that takes seconds.
# Each gives what must be said of it: beside all the others, and of one and the same error.

Break = Callable[[Checkout], Iterator[tuple[str, ...]]]


def a_fence_without_a_kind(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    page, found, line = checkout.page_with(r"^```\{\.bash \.step #[\w-]+.*\}$")
    checkout.replace(f"docs/nb/{page}", found[0], "```bash")
    yield (f"docs/nb/{page}:{line}",)


def steps_that_are_others_in_a_terminal(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    broken = {
        "ingress/class": ("cat <<'END'\nhello\n", "waits for more"),
        "cluster/look-nodes": ("cat > greeted\n", "reads the terminal"),
        "cluster/look-pods": ("status=$(date)\n", "zsh has status for itself"),
        "gitea/install": (
            "sha256sum --check sums\nsudo install greet /bin\n",
            "a terminal goes on with this",
        ),
        "drone/log": (
            "openssl rand -hex 8 | kubectl create secret generic a --from-file=b=/dev/stdin\n",
            "stores",
        ),
    }
    for name, (step, what) in broken.items():
        checkout.path(f"snippets/{name}.sh").write_text(step)
        yield what, f", in snippets/{name}.sh:"


def an_english_block_that_differs(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    page, found, line = checkout.page_with(r'^--8<-- "(snippets/[^"]+\.sh)"$')
    other = checkout.path(found[1]).with_name("other.sh")
    other.write_text("echo something else\n")
    there = checkout.replace(f"docs/en/{page}", found[0], f'--8<-- "{other.relative_to(checkout.root)}"')
    # Named by its fence, the line above, in both languages.
    yield f"docs/en/{page}:{there - 1}", f"docs/nb/{page}:{line - 1}"


def an_english_block_too_few(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    page, found, line = checkout.page_with(r'^```\{\.bash \.check [^\n]*\}\n--8<-- "[^"]+"\n```\n')
    checkout.replace(f"docs/en/{page}", found[0], "")
    yield f"docs/nb/{page}:{line}", f"docs/en/{page}:"


def an_absent_translation(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    checkout.path("docs/en/certificates.md").unlink()
    yield "docs/nb/certificates.md:1", "docs/en/certificates.md"


def a_misspelt_field_of_a_manifest(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    line = checkout.replace("manifests/nyan/deployment.yaml", "readinessProbe:", "readynessProbe:")
    place = f"manifests/nyan/deployment.yaml:{line}, shown at docs/nb/ingress.md:"
    yield place, "docs/en/ingress.md:", "did you mean readinessProbe?"


def a_misspelt_field_of_a_custom_resource(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    line = checkout.replace("manifests/gitops-ca/root.yaml", "secretName:", "secretname:")
    yield (f"manifests/gitops-ca/root.yaml:{line}, shown at docs/nb/certificates.md:",)


def a_patch_that_finds_nothing_to_change(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    checkout.replace(
        "manifests/nginx-ingress/kustomization.yaml", "/containers/0/args/-", "/containers/7/args/-"
    )
    yield "manifests/nginx-ingress/kustomization.yaml", "kustomize refuses it"


def an_include_of_what_is_not_there(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    page, found, line = checkout.page_with(r'^--8<-- "(snippets/[^"]+\.sh)"$')
    checkout.path(found[1]).unlink()
    yield f"docs/nb/{page}:{line}", found[1]


def bad_front_matter(checkout: Checkout) -> Iterator[tuple[str, ...]]:
    page, _, _ = checkout.page_with(r"^title:")
    checkout.replace(f"docs/nb/{page}", "title:", "title: [")
    yield (f"docs/nb/{page}:",)


BREAKS: dict[str, Break] = {
    each.__name__: each
    for each in (
        a_fence_without_a_kind,
        steps_that_are_others_in_a_terminal,
        an_english_block_that_differs,
        an_english_block_too_few,
        an_absent_translation,
        a_misspelt_field_of_a_manifest,
        a_misspelt_field_of_a_custom_resource,
        a_patch_that_finds_nothing_to_change,
        an_include_of_what_is_not_there,
        bad_front_matter,
    )
}
#: Pages that a break names itself.
NAMED = ("certificates.md", "cluster.md", "drone.md", "gitea.md", "index.md", "ingress.md")


@dataclass(frozen=True)
class Broken:
    """What was said of a checkout with all the breaks, and what must be said of each."""

    done: subprocess.CompletedProcess[str]
    expected: dict[str, list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    checkout = copied(tmp_path_factory.mktemp("broken"))
    checkout.taken |= set(NAMED)
    expected = {name: list(each(checkout)) for name, each in BREAKS.items()}
    return Broken(checkout.guide("check"), expected)


@pytest.mark.parametrize("name", BREAKS)
def test_each_break_is_named_beside_all_others(broken: Broken, name: str) -> None:
    assert broken.expected[name]
    # Said of one and the same error.
    errors = re.split(r"(?m)^error: ", broken.done.stderr)[1:]
    for names in broken.expected[name]:
        stopped(broken.done, *names)
        assert any(all(each in error for each in names) for error in errors), names


def test_an_upstream_manifest_that_is_not_pinned(checkout: Checkout) -> None:
    # By itself: what it brings is then unknown to all other manifests.
    sums = "manifests/cert-manager/upstream/SHA256SUMS"
    line = checkout.replace(sums, "v1.21.2/cert", "v1.99.9/cert")
    stopped(checkout.guide("check"), f"{sums}:{line + 1}", "is not pinned")  # at its sum


def test_a_link_that_leads_nowhere(checkout: Checkout) -> None:
    with checkout.path("docs/en/cluster.md").open("a", encoding="utf-8") as page:
        page.write("\n[on](nowhere.md)\n")
    line = checkout.path("docs/en/cluster.md").read_text(encoding="utf-8").count("\n")
    stopped(checkout.guide("check"), f"docs/en/cluster.md:{line}", "nowhere.md")


# --- what a run says ---


def verify(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    return checkout.guide("verify", "--cluster", "local", "--name", f"broken-{os.getpid()}")


def test_unbroken_it_holds(small: Checkout) -> None:
    done = verify(small)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_command(small: Checkout) -> None:
    line = small.replace("snippets/small/greet.sh", "echo hello", "ehco hello")
    done = verify(small)
    stopped(done, "docs/nb/small.md:6", f"snippets/small/greet.sh:{line}", "ehco", "exit code 127")
    assert "earlier step failed at docs/nb/small.md:6" in done.stdout


def test_a_wrong_output(small: Checkout) -> None:
    small.replace("snippets/small/greet.out", "hello", "hullo")
    stopped(verify(small), "docs/nb/small.md:10", "-hullo", "+hello")


def test_a_check_that_never_holds(small: Checkout) -> None:
    for language in ("nb", "en"):
        small.replace(f"docs/{language}/small.md", "deadline=60", "interval=0.1 deadline=1")  # runs out
        small.replace(f"docs/{language}/small.md", "test -e greeted", "test -e grated")
    stopped(verify(small), "docs/nb/small.md:14", "small-is-there")


def test_a_step_that_hangs(small: Checkout) -> None:
    for language in ("nb", "en"):
        small.replace(f"docs/{language}/small.md", "#small-greet", "#small-greet timeout=1")  # runs out
    small.replace("snippets/small/greet.sh", "echo hello", "sleep 100")
    stopped(verify(small), "docs/nb/small.md:6", "small-greet")


def test_nothing_runs_where_the_pages_are_wrong(small: Checkout) -> None:
    small.replace("docs/en/small.md", "test -e greeted", "test -f greeted")
    done = verify(small)
    stopped(done, "docs/en/small.md:14", "docs/nb/small.md:14")
    assert "small-greet: done" not in done.stdout + done.stderr


def test_a_page_that_there_is_not(small: Checkout) -> None:
    done = small.guide("verify", "smal", "--cluster", "local")
    stopped(done, "smal", "choose among small")


def test_the_proof_of_a_failed_run_says_so(small: Checkout) -> None:
    small.replace("snippets/small/greet.out", "hello", "hullo")
    assert verify(small).returncode == 1
    done = small.guide("proof")
    assert done.returncode == 0
    assert "failed at docs/nb/small.md:10" in done.stdout
