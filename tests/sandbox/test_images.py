"""Images are made from a table, with what they share cached, for a registry to serve."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guide.paths import MANIFESTS, ROOT, cache_dir
from guide.sandbox import binaries, debian, image_table, images, sources, web
from guide.upstream import fetch
from walkthrough.errors import UserError
from walkthrough.progress import Progress

HEAD = 'guide = "a 1"\nruns = "a {tool} of ours"\nwhy = "a reason"\n'

TABLE = f"""
[debian.base]
packages = ["dash"]
files = "base"

[debian.web]
packages = ["nginx"]
on = ["base"]

[[image]]
ref = "example.test/team/tool:1.0"
binaries = {{"/tool" = "tool"}}
owned = {{"/data" = 7}}
user = "7:7"
entrypoint = ["/tool"]
command = ["serve"]
ports = ["80/tcp"]
volumes = ["/data"]
{HEAD}

[[image]]
ref = "tool-twin:1"
product = "twin"
binaries = {{"/tool" = "tool"}}
owned = {{"/data" = 7}}
{HEAD}

[[image]]
ref = "web:2"
product = "web"
debian = ["base", "web"]
files = "web"
{HEAD}
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_dir()


@pytest.fixture(scope="session")
def writer() -> Path:
    """The real writer of images."""
    with Progress() as progress:
        return binaries.ensure([images.WRITER], progress)[images.WRITER]


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let two small folders stand for what the distribution's packages hold; note what is asked for."""
    asked: list[str] = []

    def root(name: str, packages: list[str], progress: Progress, **_: object) -> Path:
        asked.append(name)
        folder = tmp_path / "debian" / f"{name}-0123456789abcdef" / "root"
        for package in ["dash", *packages]:
            (folder / "bin").mkdir(parents=True, exist_ok=True)
            (folder / "bin" / package).write_text(f"the program {package}")
        return folder

    monkeypatch.setattr(debian, "root", root)
    return asked


@pytest.fixture
def sandbox(
    tmp_path: Path, cache: Path, writer: Path, unpacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder like ``sandbox/`` with the recipes above."""
    folder = tmp_path / "sandbox"
    for path, text in {
        "images.toml": TABLE,
        "images/base/etc/passwd": "root:x:0:0::/:/bin/sh\n",
        "images/web/etc/web.conf": "listen 80;\n",
        "binaries.toml": '[tool]\npackage = "."\ntitle = "a tool"\nseconds = 1\n'
        '[images]\npackage = "."\ntitle = "the writer"\nseconds = 1\n',
        "go.mod": "module example.test/tiny\n\ngo 1.26\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    tool = tmp_path / "bin" / "tool-00aa" / "tool"
    tool.parent.mkdir(parents=True)
    tool.write_text("the tool")
    programs = {"tool": tool, "images": writer}

    def ensure(names: list[str], progress: Progress, *, sandbox: Path) -> dict[str, Path]:
        return {name: programs[name] for name in names}

    monkeypatch.setattr(binaries, "ensure", ensure)
    return folder


class Store:
    """The store that ``ensure`` made, read as a registry reads it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digests = json.loads((root.parent / "digests.json").read_text())

    def blob(self, digest: str) -> bytes:
        encoded = digest.removeprefix("sha256:")
        return (self.root / "docker/registry/v2/blobs/sha256" / encoded[:2] / encoded / "data").read_bytes()

    def manifest(self, ref: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.blob(self.digests[ref]))
        return parsed

    def config(self, ref: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.blob(self.manifest(ref)["config"]["digest"]))
        return parsed

    def files(self, ref: str) -> list[dict[str, str]]:
        """Layer by layer, name to content."""
        layers = []
        for layer in self.manifest(ref)["layers"]:
            assert layer["mediaType"] == "application/vnd.oci.image.layer.v1.tar+zstd"
            plain = subprocess.run(
                ["zstd", "-dc"], input=self.blob(layer["digest"]), capture_output=True, check=True
            ).stdout
            with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
                layers.append(
                    {
                        member.name: content.read().decode()
                        if (content := archive.extractfile(member))
                        else ""
                        for member in archive
                    }
                )
        return layers


class Made:
    """Ensures images and remembers what was said meanwhile."""

    def __init__(self, sandbox: Path) -> None:
        self.sandbox = sandbox
        self.said = ""

    def __call__(self, *products: str) -> Store:
        stream = io.StringIO()
        try:
            with Progress(stream) as progress:
                return Store(images.ensure(frozenset(products), progress, sandbox=self.sandbox))
        finally:
            self.said = stream.getvalue()


@pytest.fixture
def make(sandbox: Path) -> Made:
    return Made(sandbox)


needs_zstd = pytest.mark.skipif(
    shutil.which("zstd") is None, reason="needs the zstd command to look into layers"
)


def test_an_image_runs_as_the_table_says(make: Made) -> None:
    config = make().config("example.test/team/tool:1.0")
    assert config["config"] == {
        "User": "7:7",
        "Entrypoint": ["/tool"],
        "Cmd": ["serve"],
        "ExposedPorts": {"80/tcp": {}},
        "Volumes": {"/data": {}},
    }
    assert config["os"] == "linux"


@needs_zstd
def test_an_image_holds_what_the_table_says(make: Made) -> None:
    made = make()
    assert made.files("example.test/team/tool:1.0") == [{"data": "", "tool": "the tool"}]
    base, web, own = made.files("web:2")
    assert base["bin/dash"] == "the program dash"
    assert base["etc/passwd"].startswith("root:")
    assert "bin/dash" not in web, "the layer below has it"
    assert web["bin/nginx"] == "the program nginx"
    assert own == {"etc": "", "etc/web.conf": "listen 80;\n"}


def test_products_choose_the_images(make: Made) -> None:
    assert set(make("web").digests) == {"example.test/team/tool:1.0", "web:2"}
    assert set(make("something else").digests) == {"example.test/team/tool:1.0"}
    assert set(make().digests) == {"example.test/team/tool:1.0", "tool-twin:1", "web:2"}


def test_nothing_is_unpacked_that_no_page_needs(make: Made, unpacked: list[str]) -> None:
    make("twin")
    assert unpacked == []


def test_images_of_one_program_share_its_layer(make: Made, cache: Path) -> None:
    made = make()
    one, two = (made.manifest(ref)["layers"] for ref in ("example.test/team/tool:1.0", "tool-twin:1"))
    assert one == two
    layers = [path.name for path in (cache / "images" / "layers").iterdir() if not path.name.startswith(".")]
    assert len(layers) == 4


def test_the_second_time_nothing_is_made(make: Made) -> None:
    first = make()
    assert "Putting 3 images together" in make.said
    second = make()
    assert second.root == first.root
    assert make.said == ""


def test_digests_are_the_same_on_every_machine(make: Made, cache: Path) -> None:
    first = make().digests
    shutil.rmtree(cache)
    for path in make.sandbox.rglob("*"):
        os.utime(path, (0, 0))
    assert make().digests == first


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda sandbox: (sandbox / "images/web/etc/web.conf").write_text("listen 81;\n"), {"web:2"}),
        (lambda sandbox: (sandbox / "images/web/etc/web.conf").chmod(0o755), {"web:2"}),
        (lambda sandbox: (sandbox / "images/base/etc/group").write_text("root:x:0:\n"), {"web:2"}),
        (
            lambda sandbox: (sandbox / "images.toml").write_text(TABLE.replace('["serve"]', '["wait"]')),
            {"example.test/team/tool:1.0"},
        ),
        (
            lambda sandbox: (sandbox / "images.toml").write_text(TABLE.replace("= 7", "= 8")),
            {"example.test/team/tool:1.0", "tool-twin:1"},
        ),
    ],
    ids=["file", "mode", "file below", "command", "owner"],
)
def test_a_change_makes_what_it_concerns_anew(
    make: Made, change: Callable[[Path], object], changed: set[str]
) -> None:
    before = make()
    change(make.sandbox)
    after = make()
    assert {ref for ref in before.digests if after.digests[ref] != before.digests[ref]} == changed
    assert before.root.exists(), "a cluster that is up still serves it"


@needs_zstd
def test_an_image_has_links(make: Made) -> None:
    binary = 'binaries = {"/tool" = "tool"}\n'
    recipe = TABLE.replace(binary, binary + 'links = {"/other" = "tool"}\n', 1)
    (make.sandbox / "images.toml").write_text(recipe)
    first = make("none")
    assert set(first.files("example.test/team/tool:1.0")[0]) == {"data", "tool", "other"}
    (make.sandbox / "images.toml").write_text(recipe.replace('"/other" = "tool"', '"/other" = "/tool"'))
    assert make("none").digests != first.digests


@needs_zstd
def test_an_image_has_folders_of_the_module_that_its_program_is_made_of(
    make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module" / "templates").mkdir(parents=True)
    (tmp_path / "module" / "templates" / "page").write_text("a page")
    total = "h1:one"
    monkeypatch.setattr(sources, "find", lambda *_: sources.Source(tmp_path / "module", total))
    binary = 'binaries = {"/tool" = "tool"}\n'
    recipe = binary + 'sources = {"/usr/share/tool" = "tool/templates"}\n'
    (make.sandbox / "images.toml").write_text(TABLE.replace(binary, recipe, 1))
    first = make("none")
    assert first.files("example.test/team/tool:1.0")[0]["usr/share/tool/page"] == "a page"

    # What the folder holds is not looked at again: the module's hash says that it is the same.
    (tmp_path / "module" / "templates" / "page").write_text("another page")
    assert make("none").digests == first.digests
    total = "h1:two"
    assert make("none").digests != first.digests


@needs_zstd
def test_an_image_has_the_web_pages_of_its_program(
    make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "tool-0aa0" / "pages"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("a page")
    asked: list[object] = []

    def ensure(recipe: binaries.Recipe, row: object, source: object, tools: Path, _progress: object) -> Path:
        asked[:] = [recipe.name, row, source, tools]
        return pages

    source = sources.Source(tmp_path, "h1:one")
    monkeypatch.setattr(sources, "find", lambda *_: source)
    monkeypatch.setattr(web, "ensure", ensure)
    binary, head = 'binaries = {"/tool" = "tool"}\n', "[[image]]"
    recipe = TABLE.replace(binary, binary + 'web = {"/usr/share/tool" = "tool"}\n', 1)
    row = '[web.tool]\nbuild = ["x.js"]\nresult = "out"\nseconds = 1\n'
    (make.sandbox / "images.toml").write_text(recipe.replace(head, row + head, 1))
    assert make("none").files("example.test/team/tool:1.0")[0]["usr/share/tool/index.html"] == "a page"
    wanted = {"build": ["x.js"], "result": "out", "seconds": 1}
    assert asked == ["tool", wanted, source, make.sandbox / "web"]


def test_a_layer_that_cannot_be_written(make: Made, cache: Path) -> None:
    os.mkfifo(make.sandbox / "images/web/etc/pipe")
    with pytest.raises(UserError, match="is no file, folder or symbolic link") as caught:
        make()
    assert "images layer" in str(caught.value.where)
    assert list((cache / "images" / "layers").glob("web-2-*")) == []
    assert list((cache / "images").glob("registry-*")) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('files = "web"', 'files = "wbe"', "a folder that is not there"),
        ('files = "web"', 'file = "web"', "unknown key file"),
        ('user = "7:7"', "user = 7", "user of example.test/team/tool:1.0 is a int"),
        ('why = "a reason"', "", "lacks why"),
        ('["base", "web"]', '["bass", "web"]', "is on bass, which is no layer"),
        ('on = ["base"]', 'on = ["bass"]', "the layer web is on bass"),
        ('packages = ["nginx"]', "", "the layer web lacks packages"),
        ('"tool-twin:1"', '"web:2"', "web:2 is there twice"),
        ("[debian.base]", "[debain.base]", "[debain] is no table"),
        (
            'files = "web"',
            'sources = {"/a" = "tool/a"}',
            "the sources tool/a of a program that it does not have",
        ),
        (
            'binaries = {"/tool" = "tool"}\nowned',
            'binaries = {"/tool" = "tool"}\nweb = {"/a" = "tool"}\nowned',
            "web pages of tool, of which the table has none",
        ),
        (
            "[debian.base]",
            "[web.tool]\nseconds = 1\n[debian.base]",
            "the web pages of tool lacks build, result",
        ),
    ],
)
def test_a_bad_table(make: Made, old: str, new: str, words: str) -> None:
    assert old in TABLE
    (make.sandbox / "images.toml").write_text(TABLE.replace(old, new))
    with pytest.raises(UserError) as caught:
        make()
    assert words in caught.value.what
    assert str(make.sandbox) in str(caught.value.where)


def test_replacements_name_the_version_that_runs(sandbox: Path) -> None:
    (sandbox / "go.mod").write_text("module example.test/tiny\n\ngo 1.26\n\nrequire example.test/up v1.2.3\n")
    table = sandbox / "binaries.toml"
    table.write_text(table.read_text().replace('"a tool"', '"a tool"\nversion-of = "example.test/up"'))
    rows = images.replacements(frozenset({"twin"}), sandbox=sandbox)
    assert [(row.guide, row.runs, row.why) for row in rows] == [("a 1", "a 1.2.3 of ours", "a reason")]


# --- the project's own table ---


def test_every_image_of_the_projects_table_is_explained() -> None:
    rows = images.replacements(frozenset())
    assert {row.guide for row in rows} == {row["guide"] for row in image_table.Table().images}
    assert all(row.guide and row.runs and row.why and "{" not in row.runs for row in rows)


def test_every_program_of_an_image_can_be_built() -> None:
    known = binaries.recipes()
    for row in image_table.Table().images:
        assert set(row.get("binaries", {}).values()) <= set(known), row["ref"]


UPSTREAM = (
    "https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.yaml",
    "https://raw.githubusercontent.com/nginx/kubernetes-ingress/v5.5.4/deployments/daemon-set/nginx-ingress.yaml",
    "https://raw.githubusercontent.com/argoproj/argo-cd/v3.5.7/manifests/install.yaml",
    "https://raw.githubusercontent.com/canonical/microk8s-core-addons/1.36/addons/dns/coredns.yaml",
    "https://raw.githubusercontent.com/canonical/microk8s-core-addons/1.36/addons/hostpath-storage/storage.yaml",
)


def test_every_image_that_a_manifest_names_is_there() -> None:
    named = {
        line.split("image:")[1].strip().strip("\"'")
        for path in [*(fetch(url) for url in UPSTREAM), *MANIFESTS.rglob("*.yaml")]
        if path.name != "versions.yaml"
        for line in path.read_text().splitlines()
        if line.lstrip(" -").startswith("image:")
    }
    assert len(named) > 6
    # The guide does without Argo CD's Dex: Gitea is what people log in with.
    named = {name for name in named if "/dex:" not in name}
    assert named <= {row["ref"] for row in image_table.Table().images}


# --- the distribution's packages ---


def listing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """Let apt list these repositories."""
    apt = tmp_path / "fake" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(f"#!/bin/sh\ncat <<'EOF'\n{text}EOF\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{apt.parent}:{os.environ['PATH']}")


def test_packages_come_from_the_distributions_own_repositories(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listing(
        monkeypatch,
        tmp_path,
        "http://deb.example.test/|noble|main|/usr/share/keyrings/a.gpg|Ubuntu\n"
        "http://deb.example.test/|noble|main|/usr/share/keyrings/a.gpg|Ubuntu\n"
        "http://deb.example.test/|noble-updates|universe|$(SIGNED_BY)|Ubuntu\n"
        "http://other.example.test/|noble|stable|$(SIGNED_BY)|Docker\n"
        "http://deb.example.test/|sid|main|$(SIGNED_BY)|Debian\n",
    )
    assert debian.sources("noble").splitlines() == [
        "deb [signed-by=/usr/share/keyrings/a.gpg] http://deb.example.test/ noble main",
        "deb http://deb.example.test/ noble-updates universe",
    ]


def test_a_list_of_mirrors_stands_for_its_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mirrors = tmp_path / "mirrors.txt"
    mirrors.write_text(
        "http://near.example.test/ubuntu/\tpriority:1\nhttp://far.example.test/ubuntu/\tpriority:2\n"
    )
    listing(monkeypatch, tmp_path, f"mirror+file:{mirrors}/|noble|main|$(SIGNED_BY)|Ubuntu\n")
    assert debian.sources("noble") == "deb http://near.example.test/ubuntu/ noble main\n"


@pytest.mark.parametrize("where", ["bin", "usr/bin"], ids=["before the merge", "after the merge"])
def test_programs_are_found_in_bin_and_in_usr_bin(where: str, tmp_path: Path) -> None:
    for path in (f"{where}/dash", "usr/bin/env", "usr/lib/libc.so"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / where / "sh").symlink_to("dash")
    for _ in range(2):
        debian.merge_usr(tmp_path)
        assert (tmp_path / "bin").is_symlink()
        for folder in ("bin", "usr/bin"):
            assert (tmp_path / folder / "sh").read_text() == f"{where}/dash"
            assert (tmp_path / folder / "env").exists()
        assert (tmp_path / "lib" / "libc.so").exists()
        assert not (tmp_path / "lib64").exists()


def test_what_an_image_does_without_is_removed(tmp_path: Path) -> None:
    for path in ("usr/bin/perl", "usr/bin/perl5", "usr/bin/git", "usr/lib/x/perl/a.so", "usr/lib/x/libc.so"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "usr/lib/link").symlink_to("x")
    debian.remove(tmp_path, ["usr/bin/perl*", "usr/lib/*/perl", "usr/lib/link", "usr/share/perl"])
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"usr/bin/git", "usr/lib/x/libc.so"}


def test_no_repositories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listing(monkeypatch, tmp_path, "")
    with pytest.raises(UserError, match="apt knows no repository of noble"):
        debian.sources("noble")


def test_no_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Progress(io.StringIO()) as progress, pytest.raises(UserError, match="there is no apt") as caught:
        debian.root("base", ["dash"], progress)
    assert "mmdebstrap" in str(caught.value.fix)
    assert list((cache / "debian").glob("base*")) == []


def test_a_package_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    tool = tmp_path / "fake" / "mmdebstrap"
    listing(monkeypatch, tmp_path, "http://deb.example.test/|noble|main|$(SIGNED_BY)|Ubuntu\n")
    tool.write_text("#!/bin/sh\necho 'E: Unable to locate package dsah' >&2\nexit 25\n")
    tool.chmod(0o755)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"VERSION_CODENAME": "noble"})
    with Progress(io.StringIO()) as progress, pytest.raises(UserError) as caught:
        debian.root("base", ["dsah"], progress)
    assert "Unable to locate package dsah" in caught.value.what
    assert list((cache / "debian").glob("base*")) == []


# --- the Go modules ---


def required(module: Path) -> dict[str, str]:
    """What a module builds with, its ``replace`` lines counted in."""
    versions = {}
    for line in (module / "go.mod").read_text().splitlines():
        words = line.removeprefix("require").split()
        if len(words) >= 2 and words[1].startswith("v"):
            versions[words[0]] = words[1]
    for line in (module / "go.mod").read_text().splitlines():
        words = line.removeprefix("replace").split()
        if len(words) == 4 and words[1] == "=>" and words[0] in versions:
            versions[words[0]] = words[3]
    return versions


@pytest.mark.parametrize(
    ("name", "shared", "apart"),
    [
        ("argocd", "", {"github.com/redis/go-redis/v9", "github.com/robfig/cron/v3"}),
        ("cert-manager", "", set()),
        ("gitea", "golang.org/x/", set()),
        ("gitea-before", "golang.org/x/", set()),
        ("drone", "golang.org/x/", set()),
        ("drone-runner", "", set()),
        ("kaniko", "golang.org/x/", set()),
        ("network-policies", "", set()),
        ("popeye", "", set()),
    ],
)
def test_modules_build_with_the_same_versions(name: str, shared: str, apart: set[str]) -> None:
    """What one module's build has compiled, the next need not compile again.

    :param shared: how the names of the modules begin that both are to have alike.
    :param apart: those that they do not: one needs what the other's does not have.
    """
    main = required(ROOT / "sandbox")
    other = required(ROOT / "sandbox" / name)
    common = {upstream for upstream in main.keys() & other.keys() if upstream.startswith(shared)}
    assert len(common) > 5
    assert {upstream for upstream in common if other[upstream] != main[upstream]} == apart


def test_two_versions_of_one_program_differ_in_nothing_else() -> None:
    """What the first one's build has compiled, the second need not."""
    after, before = (required(ROOT / "sandbox" / name) for name in ("gitea", "gitea-before"))
    differ = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
    assert differ == {"gitea.dev"}
