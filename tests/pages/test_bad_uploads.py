"""What cannot be read as a photo gets one sentence, and the visitor goes on."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from geoloc.models import registry
from geoloc.photo import MAX_BYTES, PhotoError, read_photo
from pages.server import middleware
from tests.geoloc.bad_files import BAD_FILES, BROKEN_EXIF, saved, street
from tests.pages.small_models import city_model, country_model, example, opened, upload, written

GOOD = saved(street(640, 480), "JPEG")


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    """One visitor, who tries every file after the other; a pin alone is the quickest answer."""
    folder = tmp_path_factory.mktemp("pin")
    city_model(folder / "pittsburgh-cnn")
    return {"folder": folder, "app": None}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    country_model(folder / "cnn")
    return folder


@pytest.fixture
def shelf(folder, monkeypatch):
    """A country model."""
    monkeypatch.setattr(registry, "CHECKPOINTS", folder)


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gets_its_sentence_and_the_next_photo_its_answer(visitor, case, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", visitor["folder"])
    bad = BAD_FILES[case]
    with pytest.raises(PhotoError) as refusal:
        read_photo(bad.data)
    app = upload(visitor["app"] or opened(), bad.filename, bad.data)
    assert len(app.error) == 1 and not app.exception
    assert str(refusal.value) in app.error[0].value
    assert app.error[0].value.startswith(f"**{bad.filename}**: ")
    app = visitor["app"] = upload(app, "good.jpg", GOOD)
    assert not app.error and "good.jpg" in written(app)
    assert "Where in the city?" in written(app) and "The pin took" in written(app)


def test_the_last_answer_stays_below_the_sentence(shelf):
    app = example(opened(), "it-colosseum.jpg")
    before = app.header[0].value
    app = upload(app, "letter.txt", b"Dear reader")
    assert app.error[0].value.endswith("Below is the answer for Colosseum.")
    assert app.header[0].value == before


def test_a_name_that_looks_like_markdown_is_shown_as_it_is(shelf):
    app = upload(opened(), "*a* [b](http://c) `d`.txt", b"Dear reader")
    assert app.error[0].value.startswith(r"**\*a\* \[b\]\(http\://c\) \`d\`.txt**: ")


def test_broken_exif_data_is_a_remark_beside_the_answer(shelf):
    app = upload(opened(), BROKEN_EXIF.filename, BROKEN_EXIF.data)
    assert BROKEN_EXIF.says in app.info[0].value
    assert app.header and not app.error


def test_an_unforeseen_error_while_reading_is_told_without_details(shelf, monkeypatch):
    def broken(_):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("geoloc.read_photo", broken)
    app = upload(opened(), "good.jpg", GOOD)
    assert "something unforeseen went wrong" in app.error[0].value
    assert "secret" not in app.error[0].value and not app.exception


def test_the_browser_turns_away_what_is_larger_than_a_photo_may_be(shelf):
    limit = opened().file_uploader[0].proto.max_upload_size_mb
    assert limit == MAX_BYTES // 1_000_000


def test_an_upload_is_not_written_to_disk_while_it_arrives(shelf, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("an upload went to a temporary file")

    middleware()  # what the server puts before Streamlit when it starts
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        + bytes(MAX_BYTES)
        + b"\r\n--x--\r\n"
    )

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def arrive() -> int:
        headers = [(b"content-type", b"multipart/form-data; boundary=x")]
        form = await Request({"type": "http", "method": "POST", "headers": headers}, receive).form()
        return form["file"].size

    def arrived() -> int:
        # Playwright keeps a loop running in the main thread.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(arrive())).result()

    assert arrived() == MAX_BYTES
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 2**20)
    with pytest.raises(AssertionError, match="temporary file"):
        arrived()
