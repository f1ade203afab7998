"""The notebooks as pages of the book, with the outputs of a run.

  book_notebooks.py stale     prints the notebooks that have to be run for the book: there
                              is no executed copy in build/notebooks, or it failed, or
                              something that it depends on is newer
  book_notebooks.py figures   puts the pictures of the runs beside the pages of the book
  book_notebooks.py           preprocessor of mdBook (docs/book.toml): a page for each
                              notebook, below its chapter, and links both ways

Text cells are Markdown already, and code cells become listings; so mdBook makes of them
what it makes of the chapters, formulas and search included. A picture is kept as a file
that book_finish.py puts into the page, where it follows the page's colours.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
RUNS = ROOT / "build" / "notebooks"  # where scripts/notebooks.sh --execute puts them
FIGURES = ROOT / ".cache" / "book-notebooks"
HOW = ("This is a notebook, shown as it ran when the page was made. `scripts/notebooks.sh` opens it "
       "in your browser, to be run and changed.")


class NotebookError(Exception):
    """A run is missing, or one that went wrong."""


def text_of(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def sources(path: Path) -> list[str]:
    return [text_of(cell["source"]) for cell in cells(path)]


def failed(run: Path) -> bool:
    return any(output["output_type"] == "error" for cell in cells(run) for output in cell.get("outputs", []))


def is_stale(notebook: Path, run: Path) -> bool:
    """Whether the run is missing, failed, of another text, or older than what it uses."""
    if not run.exists() or sources(notebook) != sources(run) or failed(run):
        return True
    used = [*NOTEBOOKS.glob("*.hpp"), *(ROOT / "chapters").glob("[0-9][0-9]-*/*.h"),
            *(ROOT / "build" / "src" / "cairn").glob("libcairn.so*")]
    return any(file.stat().st_mtime > run.stat().st_mtime for file in used)


def stale() -> list[Path]:
    return [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if is_stale(path, RUNS / path.name)]


# ── A notebook as Markdown ──────────────────────────────────────────────────────────────


class PageWriter:
    """Writes one notebook as a page; its pictures go into `figures`."""

    def __init__(self, notebook: dict, name: str, figures: Path) -> None:
        self.notebook = notebook
        self.name = name
        self.figures = figures

    def write(self) -> str:
        parts = []
        for cell in self.notebook["cells"]:
            source = text_of(cell["source"])
            if cell["cell_type"] == "markdown":
                parts.append(page_links(source))
            elif cell["cell_type"] == "code":
                parts.append(fenced("cpp", source))
                parts += self.outputs(cell)
        # The note on how to run it stands below the title and what follows it.
        return "\n\n".join([parts[0], HOW, *parts[1:]]) + "\n"

    def outputs(self, cell: dict) -> list[str]:
        parts: list[str] = []
        printed = ""
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                raise NotebookError(f"{self.name}, cell {cell['id']}: {output['evalue']}")
            if output["output_type"] == "stream":
                printed += text_of(output["text"])
                continue
            parts += printed_block(printed)
            printed = ""
            parts.append(self.shown(output["data"], f"{cell['id']}-{len(parts) + 1}"))
        return parts + printed_block(printed)

    def shown(self, data: dict, name: str) -> str:
        """A picture, a piece of a page, or the text of a value."""
        if "image/svg+xml" in data:
            svg = text_of(data["image/svg+xml"])
            self.figures.mkdir(parents=True, exist_ok=True)
            file = f"notebook-{name}.svg"
            (self.figures / file).write_text(svg, encoding="utf-8")
            return f"![{escaped(described(svg))}]({file})"
        if "image/png" in data:
            png = text_of(data["image/png"]).replace("\n", "")
            base64.b64decode(png, validate=True)
            return (f'<figure><img src="data:image/png;base64,{png}" '
                    'alt="The image that the cell above makes."></figure>')
        if "text/html" in data:
            return '<div class="cell-html">' + re.sub(r"\n\s*\n", "\n", text_of(data["text/html"])) + "</div>"
        return "".join(printed_block(text_of(data.get("text/plain", ""))))


def printed_block(text: str) -> list[str]:
    return [fenced("text", text.strip("\n"))] if text.strip() else []


def fenced(language: str, text: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def described(svg: str) -> str:
    """What the drawing says of itself to someone who cannot see it."""
    match = re.search(r"<desc\b[^>]*>(.*?)</desc>", svg, re.DOTALL) or \
        re.search(r"<title\b[^>]*>(.*?)</title>", svg, re.DOTALL)
    return " ".join(html.unescape(match.group(1)).split()) if match else "A picture."


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>$])", r"\\\1", text)


def place(notebook: str) -> str:
    """Where the page of a notebook stands in the book, without its ending."""
    stem = notebook.removesuffix(".ipynb")
    return f"{stem}/notebook" if chapter_of(stem) else stem.split("-", 1)[1]


def chapter_of(stem: str) -> bool:
    return (ROOT / "chapters" / stem / "README.md").exists()


def page_links(text: str, up: str = "../") -> str:
    """A notebook's links to chapters and notebooks as links between pages of the book.
    Every one goes over the book's root, `up` from the page."""
    text = re.sub(r"\]\(\.\./chapters/([^)]+)\)", rf"]({up}\1)", text)
    return re.sub(r"\]\(([\w-]+\.ipynb)\)", lambda m: f"]({up}{place(m.group(1))}.md)", text)


# ── The preprocessor ────────────────────────────────────────────────────────────────────


def chapter_page(name: str, content: str, path: str, parents: list[str], number: list[int] | None) -> dict:
    return {"Chapter": {"name": name, "content": content, "number": number, "sub_items": [],
                        "path": path, "source_path": None, "parent_names": parents}}


def rendered(notebook: str) -> str:
    run = RUNS / notebook
    if not run.exists():
        raise NotebookError(f"{notebook} has not been run; scripts/book.sh does that first")
    page = place(notebook)
    writer = PageWriter(json.loads(run.read_text(encoding="utf-8")), notebook, FIGURES / Path(page).parent)
    text = writer.write()
    return text if "/" in page else text.replace("](../", "](")


def add_pages(items: list) -> list:
    """The book's items with the notebooks' pages: each below its chapter, and one that
    belongs to no chapter (the tour) before the first part."""
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        notebook = chapter and chapter.get("path") and Path(chapter["path"]).parent.name + ".ipynb"
        if chapter:
            chapter["content"] = chapter_links(chapter["content"], chapter.get("path") or "")
        if notebook in names:
            number = [*(chapter["number"] or []), 1]
            chapter["sub_items"].append(chapter_page(
                "Notebook", rendered(notebook), place(notebook) + ".md", [chapter["name"]], number))
    first = next((i for i, item in enumerate(items) if "PartTitle" in item), len(items))
    others = [name for name in names if "/" not in place(name)]
    return [*items[:first],
            *(chapter_page(title_of(name), rendered(name), place(name) + ".md", [], None) for name in others),
            *items[first:]]


def title_of(notebook: str) -> str:
    return sources(NOTEBOOKS / notebook)[0].splitlines()[0].lstrip("# ")


def chapter_links(text: str, path: str) -> str:
    """A chapter's links to notebooks as links to their pages."""
    up = "../" * (len(Path(path).parts) - 1)
    return re.sub(r"\]\((?:\.\./)*notebooks/([\w-]+\.ipynb)\)", lambda m: f"]({up}{place(m.group(1))}.md)", text)


def main() -> int:
    job = sys.argv[1] if len(sys.argv) > 1 else "pages"
    if job == "supports":
        return 0
    if job == "stale":
        for path in stale():
            print(path)
        return 0
    if job == "figures":
        shutil.copytree(FIGURES, ROOT / "site" / "book", dirs_exist_ok=True)
        return 0
    _, book = json.load(sys.stdin)
    shutil.rmtree(FIGURES, ignore_errors=True)
    book["items"] = add_pages(book["items"])
    json.dump(book, sys.stdout)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotebookError as error:
        sys.exit(f"book: {error}")
