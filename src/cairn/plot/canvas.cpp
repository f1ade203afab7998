#include <cairn/plot/canvas.h>
#include <cairn/plot/text.h>

#include <cmath>
#include <cstdint>

namespace cairn::plot {
namespace {

constexpr double kSmall = 0.72;

struct ThemeColour {
  const char* variable;  // what a page may set
  const char* light;
  const char* dark;
};

// The hues follow Okabe and Ito's set for colour-blind readers (2008), each moved in
// lightness so that thin lines keep a contrast of 3:1 on white and on near-black.
constexpr ThemeColour kTheme[kPaintCount] = {
    {"", "", ""},
    {"1", "#0072b2", "#56aeea"},
    {"2", "#d06a00", "#f0a040"},
    {"3", "#00896a", "#38c99c"},
    {"4", "#a84a8e", "#dd92c8"},
    {"5", "#3d9bd1", "#a3d8f7"},
    {"6", "#c23b22", "#f2765c"},
    {"7", "#a88400", "#e6d25c"},
    {"8", "#767676", "#9c9c9c"},
    {"ink", "#262626", "#e6e6e6"},
    {"muted", "#6a6a6a", "#a2a2a2"},
    {"grid", "#e3e3e3", "#3a3a3a"},
    {"paper", "#ffffff", "#1b1b1d"},
    // Light on light and dark on dark: ink keeps 4.5:1 on them at any strength.
    {"below", "#e8923c", "#9c5210"},
    {"above", "#55a5da", "#1d68a4"},
};

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + coordinate(value) + "\"";
}

/// Names that are the same for the same picture and differ between pictures of a page.
std::string fingerprint(const std::string& text) {
  std::uint64_t hash = 1469598103934665603u;  // FNV-1a
  for (const char c : text)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211u;
  std::string out;
  for (int i = 0; i < 10; ++i, hash >>= 4) out += "0123456789abcdef"[hash & 15];
  return out;
}

std::string variables(bool dark) {
  std::string out;
  for (int i = 1; i < kPaintCount; ++i) {
    const ThemeColour& c = kTheme[i];
    out += std::string("--p") + c.variable + ":var(--cairn-" + c.variable + "," +
           (dark ? c.dark : c.light) + ");";
  }
  return out;
}

std::string point(double x, double y) { return coordinate(x) + " " + coordinate(y); }

}  // namespace

double width_of(std::string_view text, const TextStyle& style) {
  return style.rich ? rich_width(text, style.size)
                    : text_width(text, style.size, style.bold);
}

std::string Canvas::use(char kind, Paint paint) {
  const int index = static_cast<int>(paint);
  (kind == 'f' ? fill_used_ : stroke_used_)[index] = true;
  return kind + std::string(kTheme[index].variable);
}

std::string Canvas::attributes(const Pen& pen) {
  std::string classes, rest;
  if (pen.fill != Paint::kNone) classes = use('f', pen.fill);
  if (pen.stroke != Paint::kNone) {
    if (!classes.empty()) classes += ' ';
    classes += use('s', pen.stroke);
    if (pen.width != 1) rest += attribute("stroke-width", pen.width);
    if (pen.dash == Dash::kDashed) {
      rest += " stroke-dasharray=\"" + coordinate(pen.width * 2 + 3) + " " +
              coordinate(pen.width + 2.5) + "\"";
    } else if (pen.dash == Dash::kDotted) {
      rest += " stroke-dasharray=\"0.1 " + coordinate(pen.width * 2.2) + "\"";
    }
  }
  if (pen.opacity < 1) rest += attribute("opacity", pen.opacity);
  return " class=\"" + classes + "\"" + rest;
}

void Canvas::line(double x1, double y1, double x2, double y2, const Pen& pen) {
  path("M" + point(x1, y1) + "L" + point(x2, y2), pen);
}

void Canvas::rect(double x, double y, double width, double height, const Pen& pen,
                  double corner) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height);
  if (corner > 0) body_ += attribute("rx", corner);
  body_ += attributes(pen) + "/>\n";
}

void Canvas::circle(double x, double y, double radius, const Pen& pen) {
  body_ += "<circle" + attribute("cx", x) + attribute("cy", y) +
           attribute("r", radius) + attributes(pen) + "/>\n";
}

void Canvas::path(const std::string& data, const Pen& pen, bool crisp) {
  body_ += "<path d=\"" + data + "\"" + attributes(pen) +
           (crisp ? " shape-rendering=\"crispEdges\"" : "") + "/>\n";
}

void Canvas::marker(double x, double y, double radius, int shape, const Pen& pen) {
  const double r = radius;
  switch (shape % 6) {
    case 0:
      circle(x, y, r, pen);
      break;
    case 1:
      rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, pen);
      break;
    case 2:
      path("M" + point(x, y - r * 1.25) + "L" + point(x + r * 1.15, y + r * 0.85) +
               "H" + coordinate(x - r * 1.15) + "Z",
           pen);
      break;
    case 3:
      path("M" + point(x, y - r * 1.3) + "L" + point(x + r * 1.3, y) + "L" +
               point(x, y + r * 1.3) + "L" + point(x - r * 1.3, y) + "Z",
           pen);
      break;
    case 4:
      path("M" + point(x, y + r * 1.25) + "L" + point(x + r * 1.15, y - r * 0.85) +
               "H" + coordinate(x - r * 1.15) + "Z",
           pen);
      break;
    default: {  // a plus sign
      const double a = r * 0.42, b = r * 1.25;
      path("M" + point(x - a, y - b) + "h" + coordinate(2 * a) + "v" +
               coordinate(b - a) + "h" + coordinate(b - a) + "v" + coordinate(2 * a) +
               "h" + coordinate(a - b) + "v" + coordinate(b - a) + "h" +
               coordinate(-2 * a) + "v" + coordinate(a - b) + "h" + coordinate(a - b) +
               "v" + coordinate(-2 * a) + "h" + coordinate(b - a) + "Z",
           pen);
    }
  }
}

void Canvas::text(double x, double y, std::string_view content,
                  const TextStyle& style) {
  body_ += "<text";
  if (style.angle == 0) {
    body_ += attribute("x", x) + attribute("y", y);
  } else {
    body_ += " transform=\"translate(" + point(x, y) + ") rotate(" +
             coordinate(style.angle) + ")\"";
  }
  body_ += attribute("font-size", style.size);
  if (style.bold) body_ += " font-weight=\"600\"";
  if (style.anchor != Anchor::kStart) {
    body_ += style.anchor == Anchor::kEnd ? " text-anchor=\"end\""
                                          : " text-anchor=\"middle\"";
  }
  body_ += " class=\"" + use('f', style.paint);
  if (style.halo) {
    stroke_used_[static_cast<int>(Paint::kPaper)] = halo_used_ = true;
    body_ += " halo";
  }
  body_ += "\">";
  if (!style.rich) {
    body_ += escape(content);
  } else {
    double level = 0;  // where the base line stands, downwards
    for (const Run& run : rich_runs(content)) {
      const double next =
          run.level == 0 ? 0 : style.size * (run.level < 0 ? 0.22 : -0.38);
      if (next == 0 && level == 0) {
        body_ += escape(run.text);
        continue;
      }
      body_ += "<tspan" + attribute("dy", next - level);
      if (run.level != 0) body_ += attribute("font-size", style.size * kSmall);
      body_ += ">" + escape(run.text) + "</tspan>";
      level = next;
    }
  }
  body_ += "</text>\n";
}

void Canvas::image(double x, double y, double width, double height,
                   const std::string& uri, bool smooth) {
  body_ += "<image" + attribute("x", x) + attribute("y", y) +
           attribute("width", width) + attribute("height", height) +
           " preserveAspectRatio=\"none\"" +
           (smooth ? "" : " style=\"image-rendering:pixelated\"") + " href=\"" + uri +
           "\"/>\n";
}

void Canvas::begin_clip(double x, double y, double width, double height) {
  // A nested svg cuts off what lies outside it and needs no name, unlike a clipPath;
  // its viewBox keeps the coordinates of the sheet.
  body_ += "<svg" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + " viewBox=\"" + point(x, y) + " " +
           point(width, height) + "\" overflow=\"hidden\">\n";
}

void Canvas::end_clip() { body_ += "</svg>\n"; }

void Canvas::arrow_head(double x, double y, double dx, double dy, double size,
                        const Pen& pen) {
  const double length = std::hypot(dx, dy);
  if (!(length > 0)) return;
  const double ux = dx / length * size, uy = dy / length * size;
  Pen solid = pen;
  solid.fill = pen.stroke;
  solid.stroke = Paint::kNone;
  path("M" + point(x, y) + "L" + point(x - ux - uy * 0.42, y - uy + ux * 0.42) + "L" +
           point(x - ux * 0.8, y - uy * 0.8) + "L" +
           point(x - ux + uy * 0.42, y - uy - ux * 0.42) + "Z",
       solid);
}

std::string Canvas::style_sheet() const {
  const std::string scope = ".cairn-plot";
  std::string css =
      scope + "{" + variables(false) +
      "max-width:100%;height:auto;font-family:system-ui,-apple-system,"
      "'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',Arial,sans-serif}\n" +
      "@media (prefers-color-scheme:dark){" + scope + "{" + variables(true) + "}}\n";
  // Alone or as <img> a picture cannot know the page behind it, so it brings its paper;
  // inside a page it is transparent.
  css += scope + ":root{background:#ffffff;background:var(--ppaper)}\n";
  // Each colour twice: programs that know no variables keep the first.
  for (int i = 1; i < kPaintCount; ++i) {
    const std::string name = kTheme[i].variable;
    const std::string value = kTheme[i].light;
    if (fill_used_[i]) {
      css += scope + " .f" + name + "{fill:" + value + ";fill:var(--p" + name + ")}\n";
    }
    if (stroke_used_[i]) {
      css +=
          scope + " .s" + name + "{stroke:" + value + ";stroke:var(--p" + name + ")}\n";
    }
  }
  if (halo_used_) {
    css += scope +
           " .halo{stroke:#ffffff;stroke:var(--ppaper);stroke-width:3px;"
           "paint-order:stroke;stroke-linejoin:round}\n";
  }
  return css;
}

std::string Canvas::document(const std::string& title, const std::string& description,
                             double width, double height) const {
  const std::string id = fingerprint(title + '\n' + description + '\n' + body_);
  const std::string size = coordinate(width) + "\" height=\"" + coordinate(height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cairn-plot\" viewBox=\"0 "
         "0 " +
         point(width, height) + "\" width=\"" + size +
         "\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\" "
         "role=\"img\" "
         "aria-labelledby=\"t" +
         id + " d" + id + "\">\n<title id=\"t" + id + "\">" + escape(title) +
         "</title>\n<desc id=\"d" + id + "\">" + escape(description) +
         "</desc>\n<style>\n" + style_sheet() + "</style>\n" + body_ + "</svg>\n";
}

}  // namespace cairn::plot
