"""Walks every page of the built site in a real browser and looks for what a reader would.

Usage: browser_test.py [--site DIR] [--shots DIR] [--only TEXT]

Each page of the book, and a sample of the API reference, is opened in headless Chromium at
1280 and at 390 pixels, light and dark; source files, which are all made alike, wide in light
and narrow in dark. It fails on an error in the console, a request that fails or leaves the
machine, a formula that was not rendered, anything wider than the screen, text with a
contrast under 4.5:1 and an image without a text. Screenshots are kept.
scripts/book-test.sh installs what it needs.
"""

from __future__ import annotations

import argparse
import base64
import functools
import http.server
import itertools
import json
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = {1280: 900, 390: 844}
THEMES = ("light", "dark")
API_SAMPLE = 12
PROBE = (Path(__file__).parent / "browser_probe.js").read_text(encoding="utf-8")


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """The browser's own log says what failed."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    handler = functools.partial(Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def open_browser() -> webdriver.Chrome:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-first-run", "--hide-scrollbars",
                 "--force-prefers-reduced-motion",
                 f"--user-data-dir={tempfile.mkdtemp(prefix='cairn-browser-')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Walk:
    """One browser going from page to page, noting what is wrong."""

    def __init__(self, driver: webdriver.Chrome, base: str, shots: Path) -> None:
        self.driver, self.base, self.shots = driver, base, shots
        self.passed = 0
        self.failed = 0
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

    def visit(self, page: str, width: int, theme: str) -> list[str]:
        self.set_view(width, theme)
        self.driver.get(f"{self.base}/{page}")
        self.driver.execute_async_script("document.fonts.ready.then(arguments[0])")
        found = self.driver.execute_script(PROBE, theme)
        return found + self.problems_of_logs()

    def shoot(self, page: str, width: int, theme: str) -> None:
        name = page.removesuffix(".html").removesuffix("/index").replace("/", "-")
        size = self.driver.execute_script(
            "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size[0], "height": min(size[1], 12000), "scale": 1}})
        (self.shots / f"{name}-{width}-{theme}.png").write_bytes(base64.b64decode(shot["data"]))

    def count(self, what: str, found: list[str]) -> None:
        self.passed += not found
        self.failed += bool(found)
        for problem in found[:12]:
            print(f"FAILED {what}: {problem}")
        if len(found) > 12:
            print(f"FAILED {what}: and {len(found) - 12} more")

    def interact(self) -> None:
        """What a reader does with the bar: search, turn the colours over, open the contents."""
        driver = self.driver
        self.set_view(1280, "light")
        driver.get(f"{self.base}/book/index.html")
        driver.find_element(By.ID, "mdbook-search-toggle").click()
        field = driver.find_element(By.ID, "mdbook-searchbar")
        field.send_keys("gradient")
        for _ in range(50):
            results = driver.find_elements(By.CSS_SELECTOR, "#mdbook-searchresults li a")
            if results:
                break
            time.sleep(0.1)
        self.count("search finds 'gradient'", [] if results else ["no result"])
        self.count("a search result opens", self.visit_href(results))

        driver.get(f"{self.base}/book/index.html")
        before = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        driver.find_element(By.ID, "theme").click()
        driver.get(f"{self.base}/book/map.html")
        after = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        self.count("the chosen colours stay from page to page",
                   [] if before != after else [f"still {after}"])
        driver.execute_script("localStorage.clear()")

        self.set_view(390, "light")
        driver.get(f"{self.base}/book/map.html")
        drawer = driver.find_element(By.ID, "contents")
        hidden = not drawer.is_displayed()
        driver.find_element(By.ID, "menu").click()
        self.count("the contents open on a phone",
                   [] if hidden and drawer.is_displayed() else ["they do not"])
        self.count("console after use", self.problems_of_logs())

    def visit_href(self, results: list) -> list[str]:
        if not results:
            return ["nothing to open"]
        self.driver.get(results[0].get_attribute("href"))
        return [] if self.driver.find_elements(By.TAG_NAME, "main") else ["no page behind it"]


def pages_of(site: Path, only: str) -> list[str]:
    book = [p.relative_to(site).as_posix() for p in sorted((site / "book").rglob("*.html"))]
    api = [p.relative_to(site).as_posix() for p in sorted((site / "api").glob("*.html"))]
    # The reference is generated: its pages are alike, so some of each kind will do.
    step = max(1, len(api) // API_SAMPLE)
    first = [p for p in api if p.endswith(("/index.html", "annotated.html"))
             or 'class="fragment"' in (site / p).read_text(encoding="utf-8")]
    return [p for p in book + sorted({*first, *api[::step]}) if only in p]


def views_of(page: str) -> list[tuple[int, str]]:
    """The widths and themes in which a page is looked at."""
    if re.search(r"\.(h|hpp|inc|cpp|txt)\.html$", page):
        return list(zip(WIDTHS, THEMES))
    return list(itertools.product(WIDTHS, THEMES))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    parser.add_argument("--shots", type=Path, default=ROOT / "build" / "book-shots")
    parser.add_argument("--only", default="", help="only pages whose path holds this")
    options = parser.parse_args()
    pages = pages_of(options.site, options.only)
    if not pages:
        sys.exit(f"no pages in {options.site}: run scripts/book.sh first")
    options.shots.mkdir(parents=True, exist_ok=True)
    server = serve(options.site)
    driver = open_browser()
    try:
        walk = Walk(driver, f"http://127.0.0.1:{server.server_port}", options.shots)
        for page in pages:
            for width, theme in views_of(page):
                found = walk.visit(page, width, theme)
                walk.count(f"{page} at {width} px, {theme}", found)
                walk.shoot(page, width, theme)
        if not options.only:
            walk.interact()
    finally:
        driver.quit()
        server.shutdown()
    print(f"screenshots are in {options.shots}")
    print(f"browser test: {walk.passed} passed, {walk.failed} failed")
    return 1 if walk.failed else 0


if __name__ == "__main__":
    sys.exit(main())
