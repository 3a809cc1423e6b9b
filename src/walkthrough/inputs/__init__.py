"""The one reader of files: every way in which one can be wrong is a :class:`~walkthrough.errors.UserError`.

``read_text``, ``read_yaml``, ``read_toml`` and ``read_json`` say what is wrong, at ``file:line`` where it is
known; :mod:`walkthrough.inputs.schema` holds what was read against the form of its kind.
"""

from walkthrough.inputs.data import Data, parse_yaml, read_json, read_toml, read_yaml
from walkthrough.inputs.text import read_text

__all__ = ["Data", "parse_yaml", "read_json", "read_text", "read_toml", "read_yaml"]
