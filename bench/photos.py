"""A photo of 12 megapixels made small by the page's own script: Chromium with a processor four times as slow."""

from __future__ import annotations

import statistics
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Page, sync_playwright

from bench.report import progress, report
from tests.browser.story import camera_photo

CHROMIUM, SCRIPTS = Path("/usr/bin/chromium"), Path(__file__).parents[1] / "static/js"
SLOWER, TIMES, EDGE = 4, 5, 1600
SHRINK = """async (edge) => {
  const { shrunk } = await import("/photos.js"), [file] = document.querySelector("input").files;
  const begun = performance.now(), made = await shrunk(file, edge), seconds = (performance.now() - begun) / 1000;
  const { width, height } = await createImageBitmap(made);
  return { seconds, bytes: made.size, size: [width, height] };
}"""


class Quiet(SimpleHTTPRequestHandler):
    """The folder of scripts, without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Measure the median of some photos, and how much is sent of each."""
    if not CHROMIUM.exists():
        progress(f"photos: skipped. There is no {CHROMIUM}.")
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SCRIPTS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/portal.js")
        _measure(page)
        browser.close()
    server.shutdown()


def _measure(page: Page) -> None:
    content = camera_photo()
    page.set_content("<input type=file>")
    page.locator("input").set_input_files(FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=content))
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    runs = [page.evaluate(SHRINK, EDGE) for _ in range(TIMES)]
    assert all(run["size"] == [1200, 1600] for run in runs), "upright, within the edge"
    seconds = statistics.median(run["seconds"] for run in runs)
    figure = f"a photo of 12 megapixels made small, processor {SLOWER} times as slow"
    report("photos", figure, seconds, "s", goal="<= 3")
    report("photos", "of it is sent", runs[0]["bytes"] / len(content), "of its bytes", goal="<= 0.25")


if __name__ == "__main__":
    main()
