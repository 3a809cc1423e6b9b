"""The cluster's API as the node itself asks it: without kubectl, which costs a starting node seconds."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import NamedTuple

from guide.sandbox import layout

TIMEOUT = 2.0


class Answer(NamedTuple):
    """What the API server says.

    :param status: that of HTTP; 0 where nobody answers.
    """

    status: int
    text: str


class Api:
    """Asks as an administrator, with a certificate that the node has."""

    def __init__(self) -> None:
        self._context = ssl.create_default_context(cafile=str(layout.CERTIFICATES / "ca.crt"))
        self._context.load_cert_chain(
            layout.CERTIFICATES / "apiserver-kubelet-client.crt",
            layout.CERTIFICATES / "apiserver-kubelet-client.key",
        )

    def get(self, path: str) -> Answer:
        """What is at a path."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> Answer:
        """What becomes of an object that is made there."""
        return self._ask("POST", path, json.dumps(body))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", layout.API_PORT, context=self._context, timeout=TIMEOUT
        )
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, str(error))
        finally:
            connection.close()
