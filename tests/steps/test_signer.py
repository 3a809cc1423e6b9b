"""A new pair of keys can be made when the job that built the image is long gone."""

from __future__ import annotations

import pytest

from .conftest import Terminal
from .test_order import functions

DIGEST = f"sha256:{'0' * 64}"
BUILT = "gitea.gitops.test/gitops/cosign@sha256:new"
NAMED = f"gitea.gitops.test/gitops/cosign@{DIGEST}"
#: kubectl, where the job is there or not. Of a list that is empty it takes no first item.
CLUSTER = """case "$1" in
  get) {job} ;;
  exec) cat > /dev/null; printf 'public\\nENCRYPTED\\n' ;;
esac
"""
JOBS = {"built": ("echo -n sha256:new", BUILT), "gone": ("exit 1", NAMED)}


@pytest.mark.parametrize(("job", "image"), JOBS.values(), ids=JOBS)
def test_a_pair_is_made_with_the_image_that_there_is(terminal: Terminal, job: str, image: str) -> None:
    (terminal.home / "nyan").mkdir()
    pipeline = f"  - name: sign\n    image: {NAMED}\n    environment:\n"
    (terminal.home / "nyan/.drone.yml").write_text(pipeline, encoding="utf-8")
    terminal.stand_in("kubectl", CLUSTER.format(job=job))
    drone = "drone_api() { cat > /dev/null; echo '{}'; }\n"
    done = terminal.paste("signed/pair", before=drone + functions("drone/clone-digest"))
    assert done.returncode == 0
    assert (terminal.platform / "signatures/cosign.pub").read_text(encoding="utf-8") == "public\n"
    started = [call for call in terminal.calls("kubectl") if call.startswith("run signer")]
    assert len(started) == 1
    assert f"--image={image}" in started[0]


def test_a_shell_that_does_not_know_the_image_leaves_the_pipeline_alone(terminal: Terminal) -> None:
    (terminal.home / "nyan").mkdir()
    file = terminal.home / "nyan/.drone.yml"
    file.write_text("steps:\n  - name: deliver\n    image: one\n", encoding="utf-8")
    terminal.stand_in("kubectl", "")
    stubs = "".join(
        f"{name}() {{ :; }}\n" for name in ("image_built", "lint_pipeline", "sign_pipeline", "built")
    )
    done = terminal.paste("signed/pipeline", before=stubs)
    assert done.returncode != 0
    assert file.read_text(encoding="utf-8") == "steps:\n  - name: deliver\n    image: one\n"
