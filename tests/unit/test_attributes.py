"""What stands between the braces of a fence."""

import pytest

from walkthrough.errors import UserError
from walkthrough.pages.attributes import parse
from walkthrough.pages.rules import Kind


def test_a_step() -> None:
    read = parse("{.bash .step .cleanup #cluster-wait timeout=2.5 exit=3 when=wsl secret=A,B_2}", "p:1")
    assert (read.kind, read.language, read.id) == (Kind.STEP, "bash", "cluster-wait")
    assert read.values == {"timeout": "2.5", "exit": "3", "when": "wsl", "secret": "A,B_2"}
    assert read.classes == ("bash", "step", "cleanup")


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        ("{.text .output}", Kind.OUTPUT),
        ("{.json .output match=json stream=stderr title='svar'}", Kind.OUTPUT),
        ("{.bash .check #a-b interval=0.5 deadline=60 times=3 timeout=5}", Kind.CHECK),
        ('{.yaml .manifest title="cert-manager/issuers.yaml" hl_lines="1 2"}', Kind.MANIFEST),
        ('{.bash .manifest #a-b title="a/b.yaml" timeout=5}', Kind.MANIFEST),
        ('{.powershell .skip #a-b reason="trenger Windows = ja"}', Kind.SKIP),
        ("{ .bash .step #a .no-copy .annotate }", Kind.STEP),
    ],
)
def test_kinds(info: str, kind: Kind) -> None:
    assert parse(info, "p:1").kind is kind


@pytest.mark.parametrize(
    ("info", "what"),
    [
        ("", "no kind: nothing"),
        ("bash", "no kind: bash"),
        ("bash {.step #a}", "no kind: bash {.step #a}"),
        ("{.bash}", "this fence has no kind"),
        ("{.bash #a}", "this fence has no kind"),
        ("{}", "this fence has no kind"),
        ("{.bash .step .check #a}", "2 kinds (step, check)"),
        ("{.bash .stepp #a}", "this fence has no kind"),
        ("{.step #a}", "does not say which language"),
        ("{.bash .step}", "a step needs an id"),
        ("{.bash .check}", "a check needs an id"),
        ("{.bash .skip reason=x}", "a skip needs an id"),
        ("{.bash .manifest title=a.yaml}", "a manifest needs an id"),
        ("{.yaml .manifest #a title=a.yaml}", "takes no id"),
        ("{.text .output #a}", "takes no id"),
        ("{.bash .step #A_b}", "the id 'A_b' is not"),
        ("{.bash .step #a #b}", "two ids"),
        ("{.bash .step #a timout=5}", "a step has no attribute 'timout'"),
        ("{.bash .step #a timeout=soon}", "timeout=soon is not a number of seconds"),
        ("{.bash .step #a timeout=0}", "timeout=0 is not"),
        ("{.bash .step #a timeout=nan}", "timeout=nan is not"),
        ("{.bash .step #a timeout=inf}", "timeout=inf is not"),
        ("{.bash .step #a timeout=1e999}", "timeout=1e999 is not"),
        ("{.bash .step #a timeout=99999999999999999999}", "is not a number of seconds, of 604800 at most"),
        ("{.bash .check #a deadline=604801}", "deadline=604801 is not"),
        ("{.console .step #a prompt=…}", "prompt=… is not the prompt"),
        ("{.console .step #a prompt='… …'}", "is not the prompt"),
        ("{.bash .step #a timeout=1_0}", "timeout=1_0 is not"),
        ("{.bash .step #a exit=١}", "is not an exit code"),
        ("{.bash .step #a when=microk8z}", "when=microk8z is not one of microk8s, multipass, wsl"),
        ("{.bash .step #a when=MicroK8s}", "when=MicroK8s is not one of"),
        ("{.bash .step #a} ls", "text stands after the attributes of this fence: ls"),
        ("{.bash .check #a times=31}", "can never hold: 31 times, 2 s apart, within 60 s"),
        ("{.bash .check #a times=2 interval=9 deadline=9}", "can never hold"),
        ("{.bash .step #a timeout}", "'timeout' has no value"),
        ("{.bash .step #a timeout=1 timeout=2}", "timeout is given twice"),
        ("{.bash .step #a timeout = 5}", "cannot be read"),
        ('{.bash .skip #a reason="never closed}', "cannot be read"),
        ("{.bash .step #a exit=256}", "exit=256 is not an exit code"),
        ("{.bash .step #a secret=a-b}", "is not names of variables"),
        ("{.bash .check #a times=0}", "times=0 is not a count"),
        ("{.text .output match=fuzzy}", "match=fuzzy is not one of exact"),
        ("{.text .output stream=out}", "stream=out is not one of"),
        ("{.yaml .manifest}", "a manifest needs title"),
        ("{.yaml .manifest title=../x.yaml}", "is not a path under manifests/"),
        ("{.yaml .manifest title=/etc/passwd}", "is not a path under manifests/"),
        ("{.yaml .manifest title=a.yaml timeout=5}", "no attribute 'timeout'"),
        ("{.bash .skip #a}", "a skip needs reason"),
        ('{.bash .skip #a reason=" "}', "is not a text"),
        ("{.powershell .step #a}", "a step in powershell cannot be run"),
        ("{.python .step #a}", "a step in python cannot be run"),
        ("{.text .output .cleanup}", "no class .cleanup"),
        ("{.bash .step .claenup #a}", "no class .claenup"),
    ],
)
def test_what_is_refused(info: str, what: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(info, "docs/nb/index.md:7")
    assert what in caught.value.what
    assert caught.value.where == "docs/nb/index.md:7"
    assert caught.value.fix
