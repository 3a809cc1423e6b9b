"""Brings the sandbox's own objects of the cluster into force, before anything can make a pod."""

from __future__ import annotations

import json
from http import HTTPStatus

from guide.sandbox import enforcer, layout
from guide.sandbox.api import Api

#: A second start finds it in the cluster.
_THERE = (HTTPStatus.CREATED, HTTPStatus.CONFLICT)


class PolicyError(Exception):
    """The API server does not take an object."""


class Policy:
    """The admission policy, as :func:`guide.sandbox.admission.policy` wrote it, and the enforcer's role."""

    def __init__(self, api: Api) -> None:
        self._api = api
        written = json.loads(layout.POLICY.read_text(encoding="utf-8"))
        self._objects: list[tuple[str, object]] = [(row["path"], row["object"]) for row in written["objects"]]
        self._objects += enforcer.role()
        self._probe = written["probe"]

    def put(self) -> bool:
        """Make its objects; whether all of them are there.

        :raises PolicyError: it is refused, so that trying again is in vain.
        """
        for path, made in self._objects:
            answer = self._api.post(path, made)
            if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                raise PolicyError(
                    f"an object of the sandbox's own is refused at {path}: {answer.text.strip()}"
                )
            if answer.status not in _THERE:
                return False
        return True

    def in_force(self) -> bool:
        """Whether a pod that asks for a digest would get the stand-in. Nothing is made."""
        answer = self._api.post(self._probe["path"], self._probe["object"])
        if answer.status != HTTPStatus.CREATED:
            return False
        image: str = json.loads(answer.text)["spec"]["containers"][0]["image"]
        return image == str(self._probe["image"])
