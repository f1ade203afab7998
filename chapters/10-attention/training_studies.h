// The chapter's longer runs: learning by heart, training, writing, planted bugs.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "07-recurrent-networks/batch.h"
#include "10-attention/broken.h"
#include "10-attention/studies.h"

namespace ch10 {

inline double mean_of_last(const std::vector<double>& values, std::size_t count) {
  return ch04::mean({values.end() - static_cast<std::ptrdiff_t>(count), values.end()});
}

inline const Choice kBest{0, 0};  // always the best symbol

inline void by_heart(const Options& options, Report& report) {
  auto section = report.section("by_heart");
  Random random(options.seed);
  Transformer<> model(Sizes{kSymbols.size(), kText}, random);
  const Texts texts = draw_texts(20, random);
  const Batch batch = pack(texts);
  ch08::Adam adam(slots(model.parameters()), 0.005);
  for (int s = 0; s <= 60; ++s) {
    ch07::zero_gradients(model.parameters());
    const double loss = add_gradients(model, batch);
    if (s == 0 || s == 20 || s == 40 || s == 60)
      std::printf("step %3d  loss %.6f\n", s, loss);
    if (s == 0) report.number("first_loss", loss, "%.6f");
    adam.step();
  }
  std::printf("least possible for these 20: %.6f\n", ch07::least_loss_by_heart(texts));
}

inline Transformer<> learn(const Options& options, Report& report) {
  auto section = report.section("train");
  Random random(options.seed);
  Transformer<> model(Sizes{kSymbols.size(), kText}, random);
  std::vector<Curve> curves{
      {"> as it stands", {}, {}}, {"< from its end", {}, {}}, {"^ sorted", {}, {}}};
  const std::string orders = "><^";
  const double start = seconds();
  std::vector<double> recent;
  const std::vector<double> losses =
      train(model, options.rate, options.steps, static_cast<std::size_t>(options.texts),
            random, orders, [&](int step) {
              if (step % 30 != 0) return;
              Random judge(options.seed + 1);
              for (std::size_t k = 0; k < 3; ++k) {
                curves[k].x.push_back(step);
                curves[k].y.push_back(share_right(model, orders[k], 40, judge));
              }
            });
  report.number("time_training", seconds() - start, "%.1f");
  draw_learning(curves).save(report.figure_path("learning.svg"));
  std::printf("step      loss    letters right:    >      <      ^\n");
  for (int step = 90; step <= options.steps; step += 60) {
    const std::vector<double> upto(losses.begin(), losses.begin() + step);
    const std::size_t at = static_cast<std::size_t>(step / 30 - 1);
    std::printf("%4d %9.3f %20.3f %6.3f %6.3f\n", step, mean_of_last(upto, 20),
                curves[0].y[at], curves[1].y[at], curves[2].y[at]);
  }
  Random judge(options.seed + 2);
  const Batch test = pack(draw_texts(500, judge));
  const double tested = loss(model, test);
  std::printf("500 new texts: loss %.3f, least possible %.3f\n", tested, least_loss());
  report.number("test_loss", tested, "%.3f");
  report.number("least_loss", least_loss(), "%.3f");
  for (std::size_t k = 0; k < 3; ++k) {
    report.number(std::string("right_") + (k == 0   ? "copy"
                                           : k == 1 ? "turn"
                                                    : "sort"),
                  100 * share_right(model, orders[k], 300, judge), "%.1f");
  }
  return model;
}

// Texts that it may finish.
inline void written(Transformer<>& model, const Options& options, Report& report) {
  Random random(options.seed + 3);
  {
    auto section = report.section("written");
    for (const char* asked :
         {">beach:", "<beach:", "^beach:", ">chafe:", "<chafe:", "^chafe:"}) {
      const std::string text = write(model, asked, kText, kBest, random);
      std::printf("%s   %s   %s\n", asked, text.substr(kWord + 2).c_str(),
                  legal(text) ? "right" : "wrong");
    }
  }
  int finished = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string asked = draw_text("><^"[i % 3], random).substr(0, kWord + 2);
    finished += legal(write(model, asked, kText, kBest, random));
  }
  report.number("finished", finished / 3.0, "%.0f");
  auto section = report.section("temperature");
  std::printf("temperature    of all symbols    of the best 4\n");
  for (double temperature : {0.5, 1.0, 1.5, 2.0, 3.0}) {
    std::printf("%11.1f", temperature);
    for (std::size_t most : {0, 4}) {
      double right = 0;
      const int count = 60;
      for (int i = 0; i < count; ++i) {
        const std::string order(1, "><^"[i % 3]);
        right += legal(write(model, order, kText, {temperature, most}, random));
      }
      std::printf(" %16.2f", right / count);
    }
    std::printf("\n");
  }
}

// Where a head looks while it writes an answer, the mean over many texts: row i is the
// symbol before letter i of the answer, column k letter k of the word, or for ^ the
// k-th of its letters in the order of the alphabet.
inline Matrix mean_weights(Transformer<>& model, char order, std::size_t block,
                           std::size_t head, Random& random) {
  Matrix mean(kWord, kWord);
  for (int n = 0; n < 50; ++n) {
    const std::string text = draw_text(order, random);
    model.forward(ids(text.substr(0, kText - 1)), kText - 1);
    const Matrix& p = model.blocks[block].attention.heads[head].p;
    for (std::size_t i = 0; i < kWord; ++i) {
      for (std::size_t k = 0; k < kWord; ++k) {
        const std::size_t at = order == '^' ? text.find(text[kWord + 2 + k], 1) : 1 + k;
        mean(i, k) += p(kWord + 1 + i, at) / 50;
      }
    }
  }
  return mean;
}

// How much of a map lies on its diagonal, and with `both` on the other one as well.
inline double on_diagonals(const Matrix& m, bool both) {
  double sum = 0;
  for (std::size_t i = 0; i < m.rows; ++i) {
    for (std::size_t k = 0; k < m.cols; ++k) {
      if (i == k || (both && i + k + 1 == m.cols)) sum += m(i, k);
    }
  }
  return sum / static_cast<double>(m.rows);
}

// The head whose map shows most of what is looked for.
inline Matrix best_head(Transformer<>& model, char order, bool both,
                        const Options& options, const std::string& name,
                        Report& report) {
  Matrix best(kWord, kWord);
  std::size_t block = 0, head = 0;
  for (std::size_t b = 0; b < model.blocks.size(); ++b) {
    for (std::size_t h = 0; h < model.blocks[b].attention.count; ++h) {
      Random random(options.seed + 4);
      const Matrix m = mean_weights(model, order, b, h, random);
      if (on_diagonals(m, both) <= on_diagonals(best, both)) continue;
      best = m;
      block = b, head = h;
    }
  }
  Random random(options.seed + 5);
  const Matrix turned = mean_weights(model, '<', block, head, random);
  report.number(name + "_head", static_cast<double>(head + 1), "%.0f");
  report.number(name + "_block", static_cast<double>(block + 1), "%.0f");
  report.number(name + "_share", 100 * on_diagonals(best, both), "%.0f");
  report.number(name + "_turned", 100 * on_diagonals(turned, both), "%.0f");
  return best;
}

inline void weights(Transformer<>& model, const Options& options, Report& report) {
  const Matrix both = best_head(model, '>', true, options, "cross", report);
  draw_answer_weights(both, "letter of the word",
                      "A head that writes a copy: where it looks",
                      "A map of five rows and five columns in the shape of an X: for "
                      "letter i of the answer the head looks at letter i of the word, "
                      "and as much at letter i from its end.")
      .save(report.figure_path("weights-copy.svg"));
  best_head(model, '^', false, options, "rank", report);
}

// ---- break it

template <class A>
Curve try_bug(const char* name, bool positions, const Options& options,
              Report& report) {
  Random random(options.seed), judge(options.seed + 1);
  Sizes sizes{kSymbols.size(), kText};
  sizes.inner = 32;
  sizes.positions = positions;
  Transformer<A> model(sizes, random);
  const std::vector<double> losses = train(model, 0.01, 150, 9, random, "<^");
  std::printf("%-13s %6.3f", name, mean_of_last(losses, 50));
  for (char order : {'<', '^'}) {
    std::printf(" %5.2f", share_right(model, order, 60, judge));
  }
  double written = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string text = draw_text("<^"[i % 2], judge);
    const std::string own =
        write(model, text.substr(0, kWord + 2), kText, kBest, judge);
    for (std::size_t k = kWord + 2; k < kText; ++k) written += own[k] == text[k];
  }
  const ch03::CheckResult slopes = check_whole<A>(judge);
  const double order = moved_by_order<A>(positions, judge);
  std::printf(" %8.2f %8.0e %6.0e %7.0e %6.0e\n", written / (40 * kWord),
              slopes.worst_relative_error, off_by_hand<A>(), off_in_prefix<A>(judge),
              order);
  report.number(std::string("bug_loss_") + name, mean_of_last(losses, 50), "%.3f");
  report.number(std::string("bug_written_") + name, 100 * written / (40 * kWord),
                "%.0f");
  return ch04::smoothed(name, losses, 15);
}

inline void break_it(const Options& options, Report& report) {
  auto section = report.section("broken");
  std::printf("                      letters right                      checks\n");
  std::printf(
      "                loss     <     ^  written   slopes   hand  prefix  order\n");
  std::vector<Curve> curves;
  curves.push_back(try_bug<Attention>("right", true, options, report));
  curves.push_back(try_bug<Peeking>("peeking", true, options, report));
  curves.push_back(try_bug<WrongAxis>("wrong axis", true, options, report));
  curves.push_back(try_bug<Unscaled>("unscaled", true, options, report));
  curves.push_back(try_bug<Mixed>("mixed heads", true, options, report));
  curves.push_back(try_bug<Attention>("no positions", false, options, report));
  curves.push_back(try_bug<Dropped>("dropped term", true, options, report));
  draw_bugs(curves, least_loss()).save(report.figure_path("broken.svg"));
}

}  // namespace ch10
