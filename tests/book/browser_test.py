"""Walks every page of the built site in a real browser and looks for what a reader would.

Usage: browser_test.py [--site DIR] [--shots DIR] [--only TEXT] [--browsers N]

Each page of the book, and a sample of the API reference, is opened in headless Chromium at
1280 and at 390 pixels, light and dark; source files, which are all made alike, narrow in
dark and wide in light. It fails on an error in the console, a request that fails or leaves
the machine, a formula that was not rendered, anything wider than the screen, text with a
contrast under 4.5:1 and an image without a text.

Pages are loaded at each width, for their scripts ask how much room there is when they
begin; the colours are then turned over as a reader's system does it, and a source file is
made wider. Several browsers share the pages. What a view shows is kept as a picture where
something is wrong with it, and of all views with --only.
scripts/book-test.sh installs what it needs.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import functools
import http.server
import json
import os
import queue
import re
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator, NamedTuple

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = {1280: 900, 390: 844}
THEMES = ("light", "dark")
API_SAMPLE = 12
PROBE = (Path(__file__).parent / "browser_probe.js").read_text(encoding="utf-8")

# Waits until a page stands still. One that was there before hears of its new size with the
# next frame; colours may go over into others slowly, and what is judged is where they end.
SETTLE = """
const [loaded, done] = arguments;
const finish = () => {
  document.getAnimations().filter((a) => a instanceof CSSTransition).forEach((a) => a.finish());
  document.fonts.ready.then(() => done());
};
if (loaded) finish(); else requestAnimationFrame(() => requestAnimationFrame(finish));
"""


class View(NamedTuple):
    """A way to look at a page; unless `loads`, it is what became of the view before it."""

    width: int
    theme: str
    loads: bool

    def __str__(self) -> str:
        return f"{self.width} px, {self.theme}"


class Silent(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a page's requests share a connection

    def log_message(self, *_: object) -> None:
        """The browser's own log says what failed."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    handler = functools.partial(Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextlib.contextmanager
def open_browser() -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory(prefix="cairn-browser-", ignore_cleanup_errors=True) as profile:
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--no-first-run", "--hide-scrollbars",
                     "--force-prefers-reduced-motion", f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            yield driver
        finally:
            driver.quit()


class Walk:
    """One browser going from page to page."""

    def __init__(self, driver: webdriver.Chrome, base: str) -> None:
        self.driver, self.base = driver, base
        driver.get("about:blank")
        self.problems_of_logs()  # what the browser's own first page did is not ours

    def set_view(self, width: int, theme: str) -> None:
        # Window sizes have a lower bound; the emulated screen of a phone has none.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": WIDTHS[width], "deviceScaleFactor": 1,
            "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": theme}]})

    def problems_of_logs(self) -> list[str]:
        found = [f"console: {entry['message']}" for entry in self.driver.get_log("browser")
                 if entry["level"] in ("SEVERE", "WARNING")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            details = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                url = details["request"]["url"]
                if not url.startswith((self.base, "data:", "blob:", "about:")):
                    found.append(f"asked a network for {url}")
            elif message["method"] == "Network.loadingFailed" and not details.get("canceled"):
                found.append(f"request failed: {details.get('errorText')}")
            elif message["method"] == "Network.responseReceived":
                if details["response"]["status"] >= 400:
                    found.append(f"{details['response']['status']}: {details['response']['url']}")
        return found

    def look(self, page: str, view: View) -> list[str]:
        """What is wrong with a page in this view."""
        self.set_view(view.width, view.theme)
        if view.loads:
            self.driver.get(f"{self.base}/{page}")
        self.driver.execute_async_script(SETTLE, view.loads)
        found = self.driver.execute_script(PROBE)
        return found + self.problems_of_logs()

    def shoot(self, to: Path) -> None:
        size = self.driver.execute_script(
            "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size[0], "height": min(size[1], 12000), "scale": 1}})
        to.write_bytes(base64.b64decode(shot["data"]))

    def interact(self) -> Iterator[tuple[str, list[str]]]:
        """What a reader does with the bar: search, turn the colours over, open the contents."""
        driver = self.driver
        self.set_view(1280, "light")
        driver.get(f"{self.base}/book/index.html")
        driver.find_element(By.ID, "mdbook-search-toggle").click()
        field = driver.find_element(By.ID, "mdbook-searchbar")
        field.send_keys("gradient")
        results = self.wait_for("#mdbook-searchresults li a")
        yield "search finds 'gradient'", [] if results else ["no result"]
        yield "a search result opens", self.visit_href(results)

        driver.get(f"{self.base}/book/index.html")
        before = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        driver.find_element(By.ID, "theme").click()
        driver.get(f"{self.base}/book/map.html")
        after = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        yield "the chosen colours stay from page to page", [] if before != after else [f"still {after}"]
        driver.execute_script("localStorage.clear()")

        self.set_view(390, "light")
        driver.get(f"{self.base}/book/map.html")
        drawer = driver.find_element(By.ID, "contents")
        hidden = not drawer.is_displayed()
        driver.find_element(By.ID, "menu").click()
        yield "the contents open on a phone", [] if hidden and drawer.is_displayed() else ["they do not"]
        yield "console after use", self.problems_of_logs()

    def wait_for(self, selector: str) -> list:
        """The elements, once there are any; none if there are none in half a minute."""
        for _ in range(300):
            if found := self.driver.find_elements(By.CSS_SELECTOR, selector):
                return found
            time.sleep(0.1)
        return []

    def visit_href(self, results: list) -> list[str]:
        if not results:
            return ["nothing to open"]
        self.driver.get(results[0].get_attribute("href"))
        return [] if self.driver.find_elements(By.TAG_NAME, "main") else ["no page behind it"]


class Walks:
    """Browsers that share the pages between them."""

    def __init__(self, base: str, shots: Path, shoot_all: bool, browsers: int) -> None:
        self.base, self.shots, self.shoot_all = base, shots, shoot_all
        self.stack = contextlib.ExitStack()
        self.idle: queue.SimpleQueue[Walk] = queue.SimpleQueue()
        self.threads = ThreadPoolExecutor(browsers)
        for _ in range(browsers):
            self.idle.put(Walk(self.stack.enter_context(open_browser()), base))

    def __enter__(self) -> "Walks":
        return self

    def __exit__(self, *_: object) -> None:
        self.threads.shutdown(cancel_futures=True)
        self.stack.close()

    def over(self, pages: list[str]) -> Iterator[tuple[str, list[str]]]:
        """What was looked at and what is wrong with it, in the order of the pages."""
        for results in self.threads.map(self.all_views, pages):
            yield from results

    def all_views(self, page: str) -> list[tuple[str, list[str]]]:
        walk = self.idle.get()
        try:
            return [(f"{page} at {view}", self.seen(walk, page, view)) for view in views_of(page)]
        finally:
            self.idle.put(walk)

    def seen(self, walk: Walk, page: str, view: View) -> list[str]:
        found = walk.look(page, view)
        if found or self.shoot_all:
            name = page.removesuffix(".html").removesuffix("/index").replace("/", "-")
            walk.shoot(self.shots / f"{name}-{view.width}-{view.theme}.png")
        return found

    def interact(self) -> Iterator[tuple[str, list[str]]]:
        yield from self.idle.get().interact()


class Count:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def add(self, what: str, found: list[str]) -> None:
        self.passed += not found
        self.failed += bool(found)
        for problem in found[:12]:
            print(f"FAILED {what}: {problem}", flush=True)
        if len(found) > 12:
            print(f"FAILED {what}: and {len(found) - 12} more")


def pages_of(site: Path, only: str) -> list[str]:
    book = [p.relative_to(site).as_posix() for p in sorted((site / "book").rglob("*.html"))]
    api = [p.relative_to(site).as_posix() for p in sorted((site / "api").glob("*.html"))]
    # The reference is generated: its pages are alike, so some of each kind will do.
    step = max(1, len(api) // API_SAMPLE)
    first = [p for p in api if p.endswith(("/index.html", "annotated.html"))
             or 'class="fragment"' in (site / p).read_text(encoding="utf-8")]
    return [p for p in book + sorted({*first, *api[::step]}) if only in p]


def views_of(page: str) -> list[View]:
    """The views in which a page is looked at, in this order."""
    if re.search(r"\.(h|hpp|inc|cpp|txt)\.html$", page):
        return [View(390, "dark", True), View(1280, "light", False)]
    return [View(width, theme, loads=theme == THEMES[0]) for width in WIDTHS for theme in THEMES]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    parser.add_argument("--shots", type=Path, default=ROOT / "build" / "book-shots")
    parser.add_argument("--only", default="", help="only pages whose path holds this")
    parser.add_argument("--browsers", type=int, default=min(4, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    pages = pages_of(options.site, options.only)
    if not pages:
        sys.exit(f"no pages in {options.site}: run scripts/book.sh first")
    options.shots.mkdir(parents=True, exist_ok=True)
    count = Count()
    with serve(options.site) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        with Walks(base, options.shots, bool(options.only), options.browsers) as walks:
            for result in walks.over(pages):
                count.add(*result)
            if not options.only:
                for result in walks.interact():
                    count.add(*result)
        server.shutdown()
    print(f"screenshots are in {options.shots}")
    print(f"browser test: {count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
