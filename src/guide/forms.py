"""The forms of this guide's own files: ``forms.yaml``."""

from __future__ import annotations

from importlib.resources import files

from walkthrough.inputs.data import Data
from walkthrough.inputs.schema import Forms

FORMS = Forms(files("guide").joinpath("forms.yaml"))


def held(data: Data, kind: str) -> Data:
    """``data`` itself, which has the form of its kind.

    :raises UserError: it has not: at the line where it is known, with what to write there.
    """
    return FORMS.held(data, kind)
