// The book's own behaviour; it replaces mdBook's book.js. Everything here is an addition:
// the text, the contents and the links work without it.
"use strict";

// mdBook's search asks this before it takes a key for itself.
function mdbook_something_else_has_focus(event) {
  return event.target !== document.body && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
}

// Light or dark: the button turns over what is seen now, and the choice is kept.
(function theme() {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const shown = () => root.dataset.theme || (system.matches ? "dark" : "light");
  document.getElementById("theme").addEventListener("click", () => {
    const next = shown() === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    try {
      localStorage.setItem("cairn-theme", next);
    } catch (e) { /* not kept, but shown */ }
  });
})();

// The contents: a drawer on a narrow screen.
(function contents() {
  const drawer = document.getElementById("contents");
  const button = document.getElementById("menu");
  const open = (yes) => {
    document.body.classList.toggle("drawer-open", yes);
    button.setAttribute("aria-expanded", String(yes));
  };
  button.addEventListener("click", () => open(!document.body.classList.contains("drawer-open")));
  document.getElementById("veil").addEventListener("click", () => open(false));
  drawer.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") open(false); });

  const here = drawer.querySelector("[aria-current=page]");
  if (here) {
    const middle = here.offsetTop - drawer.clientHeight / 3;
    drawer.scrollTop = Math.max(0, middle);
  }
})();

// The section being read is marked in the contents.
(function sections() {
  const links = [...document.querySelectorAll("#contents .sections a")];
  const heads = links.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
  if (!links.length) return;
  let waiting = false;
  const mark = () => {
    waiting = false;
    let now = -1;
    heads.forEach((head, i) => { if (head && head.getBoundingClientRect().top < 140) now = i; });
    links.forEach((a, i) => a.classList.toggle("now", i === now));
  };
  document.addEventListener("scroll", () => {
    if (!waiting) window.requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
})();

// Listings: colours, and a button to copy them.
(function listings() {
  for (const code of document.querySelectorAll("pre > code[class*=language-]")) {
    if (!/language-(text|console|csv)\b/.test(code.className)) hljs.highlightBlock(code);
    const box = code.parentElement;
    // A box that scrolls sideways can be reached by keyboard.
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    button.addEventListener("click", async () => {
      const text = code.textContent.replace(/^\$ /gm, "");
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    const holder = document.createElement("div");
    holder.className = "listing";
    box.replaceWith(holder);
    holder.append(box, button);
  }
  for (const wide of document.querySelectorAll(".katex-display, .table-wrapper")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
})();

// Left and right arrows turn the pages.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target !== document.body) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = rel && document.querySelector(`.turn a[rel=${rel}]`);
  if (link) window.location.href = link.href;
});
