"""python -m benchmarks.load: what many visitors at once, and hostile ones, cost the server.

Starts the app as users do, and prints each bar beside what was measured. On a machine that does
other work too, times say little, and memory and answers all the same.
"""

from __future__ import annotations

import argparse
import re
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from geoloc.settings import PROJECT
from pages import gallery
from tests.pages.browser import serve
from tests.pages.visitor import Run, Visitor, form
from tests.pages.worst import worst_png

_MOST_MB = 1800
_MOST_HALF_MB = 200
_FREED_SECONDS = 30
_FIRST_SECONDS = 1.0
_UNFAIR = 2.0
_PHOTOS = 4
_TIMED = re.compile(r"\d+\.\d+\s?s\b")


@dataclass(frozen=True)
class Server:
    """The app while it runs.

    Attributes:
        port: where it listens.
        process: its number.
    """

    port: int
    process: int

    def megabytes(self, field: str = "VmRSS") -> float:
        """Its memory: `VmRSS` now, or `VmHWM`, the most since `forget`."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / 1024
        raise ValueError(field)

    def forget(self) -> None:
        """Count the most memory from now on."""
        Path(f"/proc/{self.process}/clear_refs").write_text("5")


@contextmanager
def server() -> Iterator[Server]:
    """The app with its models loaded, so that no visitor pays for that."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serve(PROJECT / "app.py", log) as running:
            port = urlsplit(running.url).port or 0
            answered(port, gallery.entries()[0].read())
            yield Server(port, running.process)


def answered(port: int, data: bytes) -> Run:
    """One visitor's answer to one photo."""
    with Visitor(port) as visitor:
        return visitor.upload(visitor.open().uploader, data)


def at_once(port: int, photos: list[bytes]) -> list[Run]:
    """The answers of as many visitors, who all come with their photo at the same moment."""
    with ExitStack() as tabs, ThreadPoolExecutor(len(photos)) as pool:
        visitors = [tabs.enter_context(Visitor(port)) for _photo in photos]
        uploaders = [run.uploader for run in pool.map(Visitor.open, visitors)]
        files = list(pool.map(Visitor.put, visitors, photos))
        return list(pool.map(Visitor.submit, visitors, uploaders, files))


def said(run: Run) -> list[str]:
    """What an answer says, without how long it took."""
    return [_TIMED.sub("", words) for words in run.words]


def crowd(app: Server, sessions: int) -> bool:
    """So many visitors at once, each with a photo of the gallery."""
    given = [entry.read() for entry in gallery.entries()[:_PHOTOS]]
    photos = [given[number % len(given)] for number in range(sessions)]
    alone = {photo: said(answered(app.port, photo)) for photo in set(photos)}
    app.forget()
    runs = at_once(app.port, photos)
    equal = sum(
        run.finished and said(run) == alone[photo] for run, photo in zip(runs, photos, strict=True)
    )
    seconds = sorted(run.seconds for run in runs)
    late = seconds[int(0.95 * (len(seconds) - 1))]
    median, first = statistics.median(seconds), max(run.first_seconds for run in runs)
    print(
        f"{sessions} visitors at once: {median:.1f} s in the median, all within {seconds[-1]:.1f} s"
    )
    return all(
        (
            bar("answers equal to those of visitors alone", equal, sessions, equal == sessions),
            bar("most memory, MB", app.megabytes("VmHWM"), _MOST_MB),
            bar("95th percentile of the times, in medians", late / median, _UNFAIR),
            bar("first sign of progress, at the latest, s", first, _FIRST_SECONDS),
        )
    )


def worst(app: Server, sessions: int) -> bool:
    """So many visitors at once, each with the largest picture that is read."""
    picture = worst_png()
    app.forget()
    answers = sum(run.finished for run in at_once(app.port, [picture] * sessions))
    print(f"{sessions} visitors with a picture of 64 megapixels:")
    return all(
        (
            bar("answers", answers, sessions, answers == sessions),
            bar("most memory, MB", app.megabytes("VmHWM"), _MOST_MB),
        )
    )


def half_sent(app: Server, uploads: int) -> bool:
    """So many uploads of 30 MB that stop in their middle."""
    body = form(bytes(15_000_000))
    with Visitor(app.port) as visitor:
        visitor.open()
        before = app.megabytes()
        app.forget()
        started = time.monotonic()
        with ThreadPoolExecutor(uploads) as pool:
            ends = list(pool.map(lambda _number: _stopping(visitor, body), range(uploads)))
        seconds = max(ends) - started
        time.sleep(1)
        left = app.megabytes() - before
    print(f"{uploads} uploads of 30 MB that stop halfway:")
    return all(
        (
            bar("most memory beside the app's, MB", app.megabytes("VmHWM") - before, _MOST_HALF_MB),
            bar("the last one ended after, s", seconds, _FREED_SECONDS),
            bar("memory that stays, MB", left, _MOST_HALF_MB),
        )
    )


def _stopping(visitor: Visitor, body: bytes) -> float:
    """When the server ended an upload of which half is sent."""
    lines = [
        f"PUT {visitor.path('half')} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {2 * len(body)}",
        *(f"{name}: {value}" for name, value in visitor.form_headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", visitor.port)) as connection:
        connection.settimeout(2 * _FREED_SECONDS)
        try:
            connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # The server ended it while something was still being sent.
        return time.monotonic()


def bar(what: str, measured: float, most: float, holds: bool | None = None) -> bool:
    """Print a bar beside what was measured; whether it holds."""
    holds = measured <= most if holds is None else holds
    print(f"  {'holds' if holds else 'FAILS'}  {what:<44}{measured:10.1f} of {most:g}", flush=True)
    return holds


_TESTS: dict[str, Callable[[Server, int], bool]] = {
    "sessions": crowd,
    "pictures": worst,
    "uploads": half_sent,
}


def main() -> int:
    """Run what is asked for; the exit code says whether all bars hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=50, help="visitors at once")
    parser.add_argument("--pictures", type=int, default=8, help="visitors with the worst picture")
    parser.add_argument("--uploads", type=int, default=50, help="uploads that stop halfway")
    options = parser.parse_args()
    with server() as app:
        print(f"the app alone: {app.megabytes():.0f} MB")
        counts = {name: getattr(options, name) for name in _TESTS}
        held = [_TESTS[name](app, count) for name, count in counts.items() if count]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
