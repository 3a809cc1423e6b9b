"""Pins of container images: what is brought, what is written where, and what is found to be wrong."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from pathlib import Path

import pytest
import yaml

from guide.manifests.rendering import Renderer
from guide.pins import lockfile, maintenance, writing
from guide.pins.lockfile import Pin
from guide.pins.references import Reference, full_name, mentions, spellings
from guide.pins.usage import used_images
from guide.sandbox.binaries import ensure
from walkthrough.errors import UserError
from walkthrough.progress import Progress

ONE, OTHER = (f"sha256:{letter * 64}" for letter in "ab")
DAY = date(2026, 11, 23)
RECORDS = tuple(f"https://github.com/{owner}/x/blob/{'0' * 40}/Dockerfile" for owner in ("somebody", "else"))

SERVER = """\
apiVersion: v1
kind: Pod
metadata: {name: server}
spec:
  initContainers:
    - image: team/tool:1
      name: first
  containers:
    - name: server
      image: example.test/server:2.0
"""
GONE = SERVER.replace("server", "gone").replace("team/tool:1", "example.test/gone:1")
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - server.yaml
  - gone.yaml
patches:
  # It is not wanted.
  - target: {name: gone}
    patch: |-
      $patch: delete
      apiVersion: v1
      kind: Pod
      metadata: {name: gone}
"""
STEP = """\
cat > .drone.yml <<'END'
steps:
  - name: build
    image: docker.io/team/build:3
END
kubectl run x --image=docker.io/team/build:3 --image-pull-policy=Never
kubectl set image pod/x x=docker.io/team/build:none
sed -i 's|image: .*|image: gitea.gitops.test/images/nyan|' x
"""


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    with Progress(io.StringIO()) as progress:
        return Renderer(ensure(["kustomize"], progress)["kustomize"], progress)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small checkout."""
    for name, text in {
        "manifests/app/kustomization.yaml": KUSTOMIZATION,
        "manifests/app/server.yaml": SERVER,
        "manifests/app/gone.yaml": GONE,
        "manifests/top/kustomization.yaml": KUSTOMIZATION[: KUSTOMIZATION.index("resources")]
        + "resources:\n  - ../app\n",
        "manifests/app/images.env": "TOOL_IMAGE=docker.io/team/tool:1\nDEBUG=true\n",
        "manifests/app/Dockerfile": "FROM --platform=linux/amd64 docker.io/team/build:3 AS made\nUSER 1\n",
        "snippets/page/step.sh": STEP,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def keep(root: Path, *pins: Pin) -> None:
    (root / lockfile.NAME).write_text(lockfile.dumps(pins))


def pinned(image: str, digest: str = ONE, **what: object) -> Pin:
    return dataclasses.replace(Pin(image, digest, DAY, "registry.test", used=("x",)), **what)  # type: ignore[arg-type]


def resolve(root: Path, renderer: Renderer, digests: dict[str, str]) -> maintenance.Resolved:
    def ask(image: Reference) -> str:
        if image.tagged not in digests:
            raise UserError(f"nobody knows {image.tagged}")
        return digests[image.tagged]

    return maintenance.resolve(renderer, Progress(io.StringIO()), root, ask=ask, today=DAY)


# --- references ---


@pytest.mark.parametrize(
    ("text", "name", "tag", "digest"),
    [
        ("registry:2.8.3", "docker.io/library/registry", "2.8.3", ""),
        (f"team/tool@{ONE}", "docker.io/team/tool", "", ONE),
        (f"localhost:32000/nyan:a@{ONE}", "localhost:32000/nyan", "a", ONE),
        ("public.ecr.aws/docker/library/redis:8", "public.ecr.aws/docker/library/redis", "8", ""),
    ],
)
def test_a_reference_has_a_registry_whether_it_is_written_or_not(
    text: str, name: str, tag: str, digest: str
) -> None:
    reference = Reference.parse(text)
    assert (reference.name, reference.tag, reference.digest) == (name, tag, digest)
    assert str(reference) == text


@pytest.mark.parametrize("text", ["", "a b", "Upper/case:1", "x@sha256:12", "$(sed image)"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(UserError, match="no reference"):
        Reference.parse(text)


@pytest.mark.parametrize("name", ["docker.io/library/registry", "docker.io/team/tool", "quay.io/a/b"])
def test_every_spelling_means_the_same(name: str) -> None:
    assert {full_name(spelling) for spelling in spellings(name)} == {name}


def test_only_what_brings_an_image_counts_and_not_what_the_reader_builds() -> None:
    assert [mention.reference.tagged for mention in mentions(STEP)] == ["docker.io/team/build:3"] * 2


# --- what is brought ---


def test_images_are_found_where_they_are_brought_first(root: Path, renderer: Renderer) -> None:
    assert used_images(renderer, root) == {
        "docker.io/team/build:3": ("manifests/app/Dockerfile", "snippets/page/step.sh"),
        "docker.io/team/tool:1": ("manifests/app/images.env", "manifests/app/kustomization.yaml"),
        "example.test/server:2.0": ("manifests/app/kustomization.yaml",),
    }


def test_an_image_without_a_tag_is_refused(root: Path, renderer: Renderer) -> None:
    (root / "manifests/app/Dockerfile").write_text("FROM docker.io/team/build\n")
    with pytest.raises(UserError, match="says no tag") as caught:
        used_images(renderer, root)
    assert str(caught.value.where).endswith("app/Dockerfile:1")


# --- what is written ---


def test_a_new_image_is_listed_and_not_pinned(root: Path, renderer: Renderer) -> None:
    assert maintenance.lock(renderer, root) == [root / lockfile.NAME]
    pins = lockfile.load(root / lockfile.NAME)
    assert [pin.digest for pin in pins.values()] == ["", "", ""]
    assert pins["docker.io/team/build:3"].used == ("manifests/app/Dockerfile", "snippets/page/step.sh")
    assert list(maintenance.errors(renderer, root)) == []
    assert maintenance.lock(renderer, root) == []


def test_digests_go_to_where_they_take_effect(root: Path, renderer: Renderer) -> None:
    said = resolve(root, renderer, {"docker.io/team/tool:1": ONE, "docker.io/team/build:3": OTHER})
    assert said.changes == [
        f"{OTHER}  docker.io/team/build:3  pinned",
        f"{ONE}  docker.io/team/tool:1  pinned",
    ]
    assert [error.what for error in said.errors] == ["nobody knows example.test/server:2.0"]
    assert [path.relative_to(root).as_posix() for path in said.files] == [
        "manifests/images.lock",
        "manifests/app/kustomization.yaml",
        "manifests/app/Dockerfile",
        "manifests/app/images.env",
        "snippets/page/step.sh",
    ]
    # kustomize compares letters: the manifest says team/tool.
    images = f"images:\n  - name: team/tool\n    newTag: '1'\n    digest: {ONE}\n"
    assert (root / "manifests/app/kustomization.yaml").read_text() == KUSTOMIZATION + images
    rendered = yaml.safe_dump_all(renderer.render(root / "manifests/top"))
    assert f"image: team/tool:1@{ONE}\n" in rendered
    assert f"team/build:3@{OTHER} AS made\n" in (root / "manifests/app/Dockerfile").read_text()
    assert (root / "manifests/app/images.env").read_text().splitlines()[0].endswith(f"team/tool:1@{ONE}")
    step = (root / "snippets/page/step.sh").read_text()
    assert step == STEP.replace("team/build:3", f"team/build:3@{OTHER}")
    pins = lockfile.load(root / lockfile.NAME)
    assert pins["docker.io/team/tool:1"] == Pin("docker.io/team/tool:1", ONE, DAY, "registry-1.docker.io")
    assert pins["example.test/server:2.0"].digest == ""
    assert list(maintenance.errors(renderer, root)) == []


def test_a_tag_that_moved_is_pinned_anew_and_told(root: Path, renderer: Renderer) -> None:
    resolve(root, renderer, {"docker.io/team/tool:1": ONE})
    said = resolve(root, renderer, {"docker.io/team/tool:1": OTHER})
    assert said.changes == [f"{OTHER}  docker.io/team/tool:1  moved: was {ONE}"]
    text = (root / "manifests/app/kustomization.yaml").read_text()
    assert OTHER in text
    assert ONE not in text


def test_what_a_record_said_stays_when_the_registry_says_the_same(root: Path, renderer: Renderer) -> None:
    tool = Pin("docker.io/team/tool:1", ONE, DAY, records=RECORDS, used=("x",))
    keep(root, tool)
    assert resolve(root, renderer, {tool.image: ONE}).changes == [f"{ONE}  {tool.image}  as before"]
    assert lockfile.load(root / lockfile.NAME)[tool.image].records == RECORDS


def test_a_registry_that_cannot_be_asked_changes_no_pin(root: Path, renderer: Renderer) -> None:
    resolve(root, renderer, {"docker.io/team/tool:1": ONE})
    assert resolve(root, renderer, {}).files == []
    assert lockfile.load(root / lockfile.NAME)["docker.io/team/tool:1"].digest == ONE


def test_a_newer_manifest_takes_the_old_pin_away(root: Path, renderer: Renderer) -> None:
    resolve(root, renderer, {"docker.io/team/tool:1": ONE})
    server = root / "manifests/app/server.yaml"
    server.write_text(server.read_text().replace("team/tool:1", "team/tool:2"))
    (root / "manifests/app/images.env").unlink()
    assert "docker.io/team/tool:2 is not listed" in [
        error.what for error in maintenance.errors(renderer, root)
    ], "the old tag in images must not hide the new one"
    maintenance.lock(renderer, root)
    assert (root / "manifests/app/kustomization.yaml").read_text() == KUSTOMIZATION
    assert "docker.io/team/tool:1" not in lockfile.load(root / lockfile.NAME)


def test_other_entries_of_a_kustomization_stay() -> None:
    text = "resources: [a]\nimages:\n  - name: gitea.gitops.test/images/nyan\n    digest: x\nnamespace: n\n"
    written = writing.kustomization(text, [pinned("quay.io/a/b:v1")], {})
    assert written == (
        "resources: [a]\nnamespace: n\nimages:\n  - name: gitea.gitops.test/images/nyan\n    digest: x\n"
        f"  - name: quay.io/a/b\n    newTag: v1\n    digest: {ONE}\n"
    )
    assert writing.kustomization(written, [pinned("quay.io/a/b:v1", "")], {}).count("name:") == 1


# --- the file ---


def test_the_file_says_the_same_when_it_is_read_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "images.lock"
    pins = [
        pinned("quay.io/a/b:v1"),
        Pin("quay.io/a/c:1", ONE, DAY, records=RECORDS, used=("x", "y")),
        Pin("quay.io/a/d:1", used=("z",)),
    ]
    path.write_text(lockfile.dumps(pins))
    assert "  date: 2026-11-23\n" in path.read_text()
    assert list(lockfile.load(path).values()) == pins
    assert lockfile.dumps(lockfile.load(path).values()) == path.read_text()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("quay.io/a/b:1: {}", "nothing is said to use it"),
        ("b:1: {used: [x]}", "not registry/name:tag"),
        ("quay.io/a/b: {used: [x]}", "not registry/name:tag"),
        ("not an image: {used: [x]}", "no reference"),
        ("quay.io/a/b:1: {used: [x], seen: now}", "unknown: seen"),
        ("quay.io/a/b:1: {used: [x], registry: quay.io}", "registry without a digest"),
        (f"quay.io/a/b:1: {{used: [x], registry: quay.io, date: 2026-11-23, digest: {ONE}0}}", "64 hexadec"),
        (f"quay.io/a/b:1: {{used: [x], registry: quay.io, digest: {ONE}}}", "date is missing"),
        (f"quay.io/a/b:1: {{used: [x], registry: quay.io, date: 2026-13-01, digest: {ONE}}}", "is no date"),
        (f"quay.io/a/b:1: {{used: [x], date: 2026-11-23, digest: {ONE}}}", "from a registry or from records"),
        (
            f"quay.io/a/b:1: {{used: [x], date: 2026-11-23, digest: {ONE}, records: ['{RECORDS[0]}']}}",
            "fewer than 2 owners",
        ),
        (
            f"quay.io/a/b:1: {{used: [x], date: 2026-11-23, digest: {ONE}, records: [https://x.test/main]}}",
            "not the address of a file at a commit",
        ),
    ],
)
def test_a_row_that_does_not_say_where_its_digest_is_from(tmp_path: Path, row: str, says: str) -> None:
    path = tmp_path / "images.lock"
    path.write_text(f"# comment\n{row}\n")
    with pytest.raises(UserError, match=says) as caught:
        lockfile.load(path)
    assert caught.value.where == f"{lockfile.NAME}:2"


# --- what is found ---


def test_what_is_not_in_step_is_found(root: Path, renderer: Renderer) -> None:
    keep(root, pinned("docker.io/team/old:1"), Pin("docker.io/team/tool:1", used=("x",)))
    found = {error.what: error.where for error in maintenance.errors(renderer, root)}
    assert found == {
        "docker.io/team/build:3 is not listed": "manifests/app/Dockerfile:1, snippets/page/step.sh:4",
        "docker.io/team/old:1 is listed, and nothing brings it": f"{lockfile.NAME}:4",
        "docker.io/team/tool:1 is brought by manifests/app/images.env, manifests/app/kustomization.yaml, "
        "and the list says otherwise": f"{lockfile.NAME}:10",
        "example.test/server:2.0 is not listed": "manifests/app/server.yaml:10",
    }


@pytest.mark.parametrize("name", ["manifests/app/kustomization.yaml", "manifests/app/images.env"])
def test_a_file_with_another_digest_than_the_list_is_found(root: Path, renderer: Renderer, name: str) -> None:
    resolve(root, renderer, {"docker.io/team/tool:1": ONE})
    path = root / name
    path.write_text(path.read_text().replace(ONE, OTHER))
    (error,) = maintenance.errors(renderer, root)
    assert error.what == f"it does not carry the digests of {lockfile.NAME}"
    line = next(n for n, text in enumerate(path.read_text().split("\n"), 1) if OTHER in text)
    assert error.where == f"{name}:{line}"


def test_a_tag_that_moved_is_named_with_both_digests() -> None:
    pins = {pin.image: pin for pin in (pinned("quay.io/a/b:1"), pinned("quay.io/a/c:1"))}
    pins["quay.io/a/d:1"] = Pin("quay.io/a/d:1", used=("x",))
    asked = []

    def ask(image: Reference) -> str:
        asked.append(image.tagged)
        return OTHER if image.tagged == "quay.io/a/c:1" else ONE

    (error,) = maintenance.moved(pins, Progress(io.StringIO()), ask=ask)
    assert error.what == f"quay.io/a/c:1 has moved: it was {ONE}, and is {OTHER}"
    assert asked == ["quay.io/a/b:1", "quay.io/a/c:1"], "of what is not pinned nothing can have moved"


# --- the guide's own ---


def test_the_guide_is_in_step_with_its_pins(renderer: Renderer) -> None:
    assert [str(error) for error in maintenance.errors(renderer)] == []
