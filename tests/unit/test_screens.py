"""Pictures are taken on the cluster's machine and come back as files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guide import screens
from guide.clusters.stand_in import StandIn
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.progress import Progress


@pytest.fixture
def cluster() -> Iterator[StandIn]:
    """A machine whose reader has the guide's shell file."""
    made = StandIn(Options(name="shots"), Progress())
    made.create()
    assert made.home is not None
    folder = made.home / ".config/gitops"
    folder.mkdir(parents=True)
    (folder / "shell.sh").write_text("export KUBECONFIG=/the/readers\n")
    yield made
    made.destroy()


def answers(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(StandIn, "python", lambda self: ["bash", "-c", script])


def test_pictures_come_back_by_name(cluster: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, """printf '{"a": "%s"}' "$(printf %s "$KUBECONFIG $*" | base64)" """)
    monkeypatch.setattr(screens, "SCREENS", {"a": None})
    assert screens.take(cluster) == {"a": b"/the/readers guide.screens"}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hello",
        "\\377",
        "[]",
        '{"../../a": "eA=="}',
        '{"gitea": "eA=="}',
        *(
            '{"gitea": VALUE, "drone": "", "nyan": ""}'.replace("VALUE", value)
            for value in ("5", '"?"', "[]")
        ),
    ],
)
def test_what_is_no_picture_is_told(cluster: StandIn, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Files of the checkout are called by the names that come back."""
    answers(monkeypatch, f"printf '{said}'")
    with pytest.raises(UserError, match=r"printed|other pictures came") as told:
        screens.take(cluster)
    assert told.value.fix


def test_a_machine_that_does_not_get_done_is_told(cluster: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "exec sleep 60")
    monkeypatch.setattr(screens, "_TIMEOUT", 0.1)
    with pytest.raises(UserError, match="did not end within"):
        screens.take(cluster)


def test_a_page_that_is_not_as_it_should_be_is_told(
    cluster: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "echo 'no such build' >&2; exit 1")
    with pytest.raises(UserError, match="no such build") as caught:
        screens.take(cluster)
    assert caught.value.where == "local shots"
