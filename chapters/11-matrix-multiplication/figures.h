// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <cstddef>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "11-matrix-multiplication/steps.h"

namespace ch11 {

namespace plot = cairn::plot;
using ch04::Curve;

inline plot::Chart draw_chains(const Curve& curve) {
  plot::Chart chart(
      "Multiply-adds that wait for each other, and that do not",
      "Share of the highest rate against the number of independent chains. "
      "It rises in a straight line from an eighth at one chain to nearly all "
      "at eight chains, and is flat from there.");
  chart.line(curve.x, curve.y, "", plot::SeriesStyle().markers());
  chart.x_label("independent chains").y_label("share of the peak, %");
  return chart.x_limits(0, 12).y_limits(0, 105);
}

inline plot::Chart draw_steps(const std::vector<double>& shares) {
  plot::Chart chart(
      "From three loops to the machine's limit",
      "Bars for nine programs that compute the same product. The first hardly "
      "leaves the ground; the largest rises are from vectors to tiles and from "
      "edges to asking ahead.");
  std::vector<std::string> names;
  for (const Step& step : steps()) names.push_back(step.name);
  chart.bars(shares).x_categories(names);
  chart.y_label("share of the peak, %");
  return chart.y_limits(0, 100);
}

inline plot::Chart draw_sizes(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "The same programs on matrices of other sizes",
      "Share of the peak against the side of the matrices. The last program is "
      "high throughout. Tiles without packing drop at 256, 512, 768 and 1024. "
      "The plain loops lie at the bottom and drop at the same sizes.");
  for (const Curve& c : curves)
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  chart.x_label("side of the matrices").y_label("share of the peak, %");
  return chart.x_limits(0, 1100).y_limits(0.3, 100).log_y();
}

inline plot::Chart draw_roofline(double peak, const std::vector<double>& bandwidths,
                                 const std::vector<double>& at,
                                 const std::vector<double>& reached) {
  plot::Chart chart(
      "The roofline of one core",
      "On logarithmic axes, four slanted lines, one for each level of memory, "
      "rise with the operations done for each byte until they meet a flat roof. "
      "Two points lie low at the left, the third under the flat roof.");
  const char* names[] = {"L1", "L2", "L3", "memory"};
  for (std::size_t l = 0; l < bandwidths.size(); ++l) {
    const double slope = 100 * bandwidths[l] / peak, knee = 100 / slope;
    chart.line({0.02, knee, 100}, {0.02 * slope, 100, 100}, names[l]);
  }
  const char* programs[] = {"three loops", "vectors", "tile of 6 × 8"};
  for (std::size_t p = 0; p < at.size(); ++p) {
    chart.points({at[p]}, {reached[p]}, "",
                 plot::SeriesStyle().colour(plot::Colour::kInk).radius(5));
    chart.annotate(at[p], reached[p], programs[p], 10, 14);
  }
  chart.x_label("operations for each byte").y_label("share of the peak, %");
  return chart.log_x().log_y().x_limits(0.02, 100).y_limits(0.5, 200);
}

// A tile of C as a sum of columns of A times rows of B.
inline plot::Diagram draw_outer() {
  using plot::Colour;
  using plot::ShapeStyle;
  plot::Diagram d(
      "A tile of C, one step of the depth",
      "A column of six numbers of A, times a row of eight numbers of B, is added "
      "to a block of six by eight sums, which stay in registers.");
  const double cell = 26;
  d.matrix("a", 0, 0, 6, 1, "",
           ShapeStyle().size(cell, 6 * cell).colour(Colour::kBlue));
  d.matrix("b", 190, -140, 1, 8, "",
           ShapeStyle().size(8 * cell, cell).colour(Colour::kOrange));
  d.matrix("c", 190, 0, 6, 8, "",
           ShapeStyle().size(8 * cell, 6 * cell).colour(Colour::kGreen));
  d.text(0, -96, "6 of A").text(190, -172, "8 of B: two vectors");
  d.text(190, 100, "48 sums: twelve vectors");
  d.text(48, 0, "·").arrow("b", "c").arrow("a", "c");
  return d;
}

// The loops around the kernel, and which part stays in which cache.
inline plot::Diagram draw_blocks() {
  using plot::Colour;
  using plot::ShapeStyle;
  plot::Diagram d(
      "Which part of which matrix stays where",
      "C is A times B. A block of B, kc rows high, stays in the L3, a panel of it "
      "in the L1. A block of A, mc rows by kc columns, stays in the L2. A tile of "
      "C is in registers.");
  const auto whole = ShapeStyle().colour(Colour::kMuted);
  d.box("C", 0, 0, "", ShapeStyle(whole).size(150, 150));
  d.box("A", 215, 0, "", ShapeStyle(whole).size(150, 150));
  d.box("B", 430, 0, "", ShapeStyle(whole).size(150, 150));
  d.text(0, -92, "C").text(215, -92, "A").text(430, -92, "B");
  d.text(107, 0, "+=").text(322, 0, "·");
  d.box("tile", -8, -12, "", ShapeStyle().size(16, 14).colour(Colour::kRed));
  d.box("a", 190, -20, "L2", ShapeStyle().size(46, 58).colour(Colour::kBlue));
  d.box("b", 430, 2, "", ShapeStyle().size(148, 46).colour(Colour::kOrange));
  d.box("panel", 422, 2, "", ShapeStyle().size(16, 46).colour(Colour::kGreen));
  d.text(-8, 12, "registers", Colour::kMuted);
  d.text(190, 30, "mc × kc", Colour::kMuted).text(430, 44, "kc × nc", Colour::kMuted);
  d.text(422, -36, "L1", Colour::kMuted).text(476, 2, "L3");
  return d;
}

// A matrix as it lies, and packed in panels of two columns.
inline plot::Diagram draw_packing() {
  using plot::Colour;
  using plot::ShapeStyle;
  plot::Diagram d(
      "Packing",
      "Three rows of four numbers, numbered in the order in which they lie in "
      "memory: 0 to 11. Packed in panels two wide, the order is 0 1 4 5 8 9, then "
      "2 3 6 7 10 11.");
  const double cell = 36;
  d.matrix("m", 0, 0, 3, 4, "",
           ShapeStyle().size(4 * cell, 3 * cell).colour(Colour::kBlue));
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 4; ++j)
      d.text((j - 1.5) * cell, (i - 1) * cell, std::to_string(4 * i + j));
  d.text(0, -74, "as it lies");
  const int order[] = {0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11};
  d.matrix("p", 0, 120, 1, 12, "",
           ShapeStyle().size(12 * cell, cell).colour(Colour::kOrange));
  for (int i = 0; i < 12; ++i) d.text((i - 5.5) * cell, 120, std::to_string(order[i]));
  d.text(0, 88, "packed").text(-3 * cell, 154, "first panel", Colour::kMuted);
  d.text(3 * cell, 154, "second panel", Colour::kMuted);
  return d;
}

inline plot::Chart draw_few(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "What a copy of B costs, and when it pays",
      "Share of the peak against the number of rows of A, from 1 to 512. With "
      "few rows the product that reads B where it lies is far ahead; they meet "
      "at some dozens of rows, and then the copy is ahead.");
  for (const Curve& c : curves)
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  chart.x_label("rows of A").y_label("share of the peak, %");
  return chart.log_x().x_limits(1, 512).y_limits(0, 100);
}

}  // namespace ch11
