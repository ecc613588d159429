"""The style in the first page: there once, in pages alone, and never an old one."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.server.style import Style

PAGE = "<html><body><p>Où suis-je ?</p></body></html>"


@pytest.fixture(scope="module")
def client() -> TestClient:
    def page(_request):
        return HTMLResponse(PAGE, headers={"etag": "of the file", "cache-control": "no-cache"})

    routes = [Route("/", page), Route("/data", lambda _request: JSONResponse({"body": "</body>"}))]
    return TestClient(Style(Starlette(routes=routes)))


def test_a_page_ends_with_the_style_and_keeps_all_else(client):
    response = client.get("/", headers={"Accept": "text/html", "If-None-Match": "of the file"})
    before, _style, rest = response.text.partition("<style>")
    assert response.text.count("<style>") == 1 and ".st-key-verdict" in rest
    assert before + rest.partition("</style>")[2] == PAGE
    assert "etag" not in response.headers and response.headers["cache-control"] == "no-cache"
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize(("path", "accept"), [("/data", "text/html"), ("/", "application/json")])
def test_what_is_no_page_stays_as_it_is(client, path, accept):
    response = client.get(path, headers={"Accept": accept})
    assert "<style>" not in response.text and "</body>" in response.text
