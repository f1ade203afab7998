// Runs inside a page (see browser_test.py) and returns what is wrong with it, as text.
const found = [];
const root = document.documentElement;
const describe = (element) => {
  const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 50);
  return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> ${text}`;
};
const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

// Nothing is wider than the screen, unless it scrolls inside a box of its own.
const screen_width = root.clientWidth;
if (root.scrollWidth > screen_width) found.push(`the page is ${root.scrollWidth} px wide`);
const scrolls = (element) => {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX)) return true;
    if (getComputedStyle(e).position === "fixed") return true;
  }
  return false;
};
for (const element of document.body.querySelectorAll("*")) {
  const box = element.getBoundingClientRect();
  if (box.width > 0 && box.right > screen_width + 1 && seen(element) && !scrolls(element)) {
    found.push(`reaches ${Math.round(box.right)} px: ${describe(element)}`);
  }
}

// Formulas are rendered: no raw dollars or commands in the text, no error colour of KaTeX.
for (const element of document.querySelectorAll(".katex-error")) {
  found.push(`formula not rendered: ${describe(element)}`);
}
const prose = document.querySelector("main");
if (prose) {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("pre, code, annotation, script, style")) continue;
    if (/\$|\{\{|\\[a-z]{2,}/.test(node.data)) found.push(`raw markup: ${node.data.trim().slice(0, 60)}`);
  }
}

// Every image says what it shows.
for (const image of document.querySelectorAll("img, svg")) {
  if (image.closest("[aria-hidden=true], button, .blockquote-tag-title, .katex")) continue;
  if (image.parentElement.closest("svg")) continue;  // part of a drawing that has its words
  const text = image.getAttribute("alt") ?? image.getAttribute("aria-label") ?? "";
  if (!text.trim() && prose) found.push(`no alt text: ${describe(image)} ${image.getAttribute("src") || ""}`);
}

// Contrast of text against what is painted behind it.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
const rgba = (colour) => {  // any CSS colour → [r, g, b, alpha]
  if (!known.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data;
    known.set(colour, [d[0], d[1], d[2], d[3] / 255]);
  }
  return known.get(colour);
};
const over = (top, bottom) => top.slice(0, 3).map((c, i) => c * top[3] + bottom[i] * (1 - top[3]));
const light = (rgb) => {
  const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const colour = rgba(getComputedStyle(e).backgroundColor);
    if (colour[3] > 0) layers.push(colour);
    if (colour[3] === 1) break;
  }
  const dark = getComputedStyle(root).colorScheme === "dark";
  return layers.reverse().reduce((below, layer) => over(layer, below), dark ? [18, 18, 18] : [255, 255, 255]);
};
const reported = new Set();
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !seen(element)) continue;
  if (element.closest("script, style, .katex-mathml, .cairn-image")) continue;
  const style = getComputedStyle(element);
  const drawn = element.closest("svg");
  const ink = rgba(drawn ? style.fill : style.color);
  if (ink[3] === 0) continue;
  const behind = background(element);
  const [a, b] = [light(over(ink, behind)), light(behind)].sort((x, y) => y - x);
  const contrast = (a + 0.05) / (b + 0.05);
  // Text in a figure may stand on a coloured cell, which cannot be seen from its style:
  // the plots choose it (a halo or the lighter of two inks); only text on paper is judged.
  if (drawn && element.closest("[data-on]")) continue;
  if (contrast < 4.5) {
    const key = `${style.color}${style.fill}${element.className}`;
    if (!reported.has(key)) {
      reported.add(key);
      found.push(`contrast ${contrast.toFixed(2)}: ${describe(element)}`);
    }
  }
}
return found;
