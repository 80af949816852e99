"""The report in a browser, rendered again whenever a file that it is made of changes.

Nothing is written: the page lives in memory, on this machine only. A text that cannot be rendered
leaves the last good page, under the message that says why.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from barometer.errors import BarometerError
from barometer.project import data_folder, project_root
from barometer.render import typeset
from barometer.render.edition import execute_report
from barometer.render.progress import say
from barometer.wave.meta import read_meta
from barometer.wave.reading import wave_folder

EVERY = 0.3  # seconds between two looks at the files
BODY = "<body>"
WAITING = f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8">{BODY}</body></html>'
RELOAD = """<script>
setInterval(async () => {
  const reply = await fetch("/version");
  if (await reply.text() !== "%d") location.reload();
}, 500);
</script>"""

Stamps = dict[Path, tuple[int, int]]


class _Page:
    """What the browser gets, and how often it has changed."""

    def __init__(self) -> None:
        self.good, self.message, self.version = WAITING, "Rendering …", 0

    def show(self, good: str | None, message: str = "") -> None:
        self.good, self.message = good or self.good, message
        self.version += 1

    def html(self) -> str:
        said = f'<pre class="notice">{escape(self.message)}</pre>' if self.message else ""
        return self.good.replace(BODY, BODY + said + RELOAD % self.version, 1)


def preview(year: int, data: Path | None, port: int) -> None:
    """Serve the page of a wave on 127.0.0.1 until the process is interrupted or terminated.

    Port 0 takes any that is free. Raises BarometerError if the port is taken.
    """
    page, seen = _Page(), Stamps()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _served(page, port) as address:
            say(f"Preview of {year}: {address} (stop with Ctrl-C)")
            while True:
                stamps = _stamps(project_root(), data_folder(data))
                if stamps != seen:
                    seen = stamps  # as it was before rendering: what changes meanwhile counts
                    _render(page, year, data_folder(data))
                time.sleep(EVERY)
    except KeyboardInterrupt:
        say("Preview stopped")


def _render(page: _Page, year: int, data: Path) -> None:
    try:
        title = f"{read_meta(wave_folder(year, data) / 'wave.yml').title} {year}"
        text = typeset.to_markdown(execute_report(year, data))
        page.show(typeset.html(text, title, project_root() / "theme"))
        say("The page is up to date")
    except BarometerError as error:
        page.show(None, str(error))
        say(str(error))


def _stamps(root: Path, data: Path) -> Stamps:
    """When each file that the report is made of was last written, and its size in bytes."""
    sources = [root / "report.qmd", *(root / "chapters").glob("*.qmd")]
    made_of = (root / "theme", "*"), (root / "lib", "*.py"), (data, "*")
    files = (path for folder, pattern in made_of for path in folder.rglob(pattern))
    stamps = Stamps()
    for path in (*sources, *files):
        try:
            status = path.stat()
        except FileNotFoundError:  # an editor may be replacing it
            continue
        stamps[path] = status.st_mtime_ns, status.st_size
    return stamps


@contextmanager
def _served(page: _Page, port: int) -> Iterator[str]:
    """Answer browsers from a thread; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/": page.html(), "/version": str(page.version)}
            content = known.get(self.path, "").encode()
            self.send_response(200 if self.path in known else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise BarometerError(
            f"port {port}: found it taken ({error.strerror}); expected a free one. "
            "Name another with --port, or any free one with --port 0"
        ) from None
    with server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
