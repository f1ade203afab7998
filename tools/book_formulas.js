// Renders formulas with KaTeX; book_preprocess.py calls it.
//
// Usage: node book_formulas.js KATEX    reads {name: [TeX, has lines of its own]} and prints
// {name: HTML}. A formula that KaTeX does not understand is named, and nothing is printed.
const katex = require(process.argv[2]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const rendered = {};
for (const [name, [tex, display]] of Object.entries(formulas)) {
  try {
    rendered[name] = katex.renderToString(tex, { displayMode: display, strict: "error" });
  } catch (error) {
    console.error(`in the formula ${tex.trim()}\n  ${error.message}`);
    process.exit(1);
  }
}
process.stdout.write(JSON.stringify(rendered));
