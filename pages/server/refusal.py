"""How a request is turned away: a status, and a sentence in the reader's language."""

from __future__ import annotations

from typing import Any

from pages.language import _, speaking

Scope = dict[str, Any]


class Refusal(Exception):
    """A request is not served.

    Attributes:
        status: of HTTP.
        sentence: an English message that says why, and what to do.
        parameters: what it has in braces.
    """

    def __init__(self, status: int, sentence: str, **parameters: object) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.parameters = status, sentence, parameters


def header(scope: Scope, name: str) -> str | None:
    """A header of a request.

    Args:
        scope: of ASGI.
        name: in small letters.
    """
    return headers(scope).get(name)


def headers(scope: Scope) -> dict[str, str]:
    """All headers of a request, by their names in small letters."""
    return {
        key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
    }


async def refuse(scope: Scope, send: Any, refusal: Refusal) -> None:
    """Answer a request with a refusal, and end its connection: what else was on its way is lost."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    with speaking((header(scope, "accept-language") or "")[:2].lower()):
        body = _(refusal.sentence, **refusal.parameters).encode()
    told = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"retry-after", b"10") if refusal.status == 503 else (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": told})
    await send({"type": "http.response.body", "body": body})
