// A worker is a program that does one library's share of the benchmarks: it lives as
// long as the run, does what the driver writes on its standard input, one line each,
// and answers each line with one on its standard output:
//
//   prepare <case>    ok <difference from the reference> <note>
//                     skip <reason>: this library does not do that
//   sample <seconds>  <seconds a call> <processor seconds / wall seconds>
//   losses <steps>    ok <loss> <loss> …: of a training case, step by step
//   quit
//
// Its first line, unasked, is "hello <what it is and what it chose for this
// processor>". A case is what suite/cases.py writes, for instance "gemm NT 32 128 784".
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reference.h"

namespace cairn::bench {

/// Thrown by a worker that has nothing for a case; the text says why.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One case, ready to be timed.
struct Job {
  std::function<void()> run;      ///< what is timed
  std::function<double()> error;  ///< after a run: difference from the reference
  std::string note;               ///< what was chosen: a layout, an algorithm
  std::function<double()> loss;   ///< of a training step: runs it, returns its loss
};

/// A case, word by word.
class Case {
 public:
  explicit Case(const std::string& line) : words_(line) {}
  std::string word() {
    std::string next;
    if (!(words_ >> next)) throw std::runtime_error("the case ends too early");
    return next;
  }
  std::int64_t number() { return std::stoll(word()); }
  /// The next number, or `otherwise` where the case has ended.
  std::int64_t number(std::int64_t otherwise) {
    std::string next;
    return words_ >> next ? std::stoll(next) : otherwise;
  }

 private:
  std::istringstream words_;
};

/// Numbers on a cache line of their own, random or zero.
class Buffer {
 public:
  explicit Buffer(std::int64_t count) : count_(count) {
    const std::size_t bytes = (count * sizeof(float) + 63) / 64 * 64 + 64;
    data_ = static_cast<float*>(std::aligned_alloc(64, bytes));
    if (!data_) throw std::bad_alloc();
    std::fill_n(data_, bytes / sizeof(float), 0.0f);
  }
  Buffer(std::int64_t count, std::uint64_t seed) : Buffer(count) {
    bench_fill(data_, count, seed);
  }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(other.count_) {}
  ~Buffer() { std::free(data_); }

  float* data() { return data_; }
  std::int64_t size() const { return count_; }

 private:
  float* data_;
  std::int64_t count_;
};

/// C = op(A) op(B) on random numbers; every matrix row-major and dense.
struct GemmProblem {
  explicit GemmProblem(Case& words)
      : trans(words.word()),
        m(words.number()),
        n(words.number()),
        k(words.number()),
        a(m * k, 1),
        b(k * n, 2),
        c(m * n) {}
  bool trans_a() const { return trans[0] == 'T'; }
  bool trans_b() const { return trans[1] == 'T'; }
  std::int64_t lda() const { return trans_a() ? m : k; }
  std::int64_t ldb() const { return trans_b() ? k : n; }
  double error() {
    return bench_check_gemm(trans_a(), trans_b(), m, n, k, a.data(), b.data(),
                            c.data());
  }

  std::string trans;
  std::int64_t m, n, k;
  Buffer a, b, c;
};

/// A convolution's sizes, dilation and groups last and 1 where they are not given, and
/// its three tensors in row-major order. Two of them are
/// random, the third is what `pass` computes.
struct ConvProblem {
  explicit ConvProblem(Case& words)
      : pass(pass_named(words.word())),
        sizes{words.number(), words.number(),  words.number(), words.number(),
              words.number(), words.number(),  words.number(), words.number(),
              words.number(), words.number(1), words.number(1)},
        oh(outputs(sizes.height, sizes.kernel_h)),
        ow(outputs(sizes.width, sizes.kernel_w)),
        x(sizes.batch * sizes.in * sizes.height * sizes.width, 1),
        w(sizes.out * in_group() * sizes.kernel_h * sizes.kernel_w, 2),
        y(sizes.batch * sizes.out * oh * ow, 3) {}
  static BenchPass pass_named(const std::string& name) {
    if (name == "forward") return kForward;
    if (name == "input") return kInputGradient;
    if (name == "weight") return kWeightGradient;
    throw std::runtime_error(name + " is no pass of a convolution");
  }
  /// The channels that one filter sees.
  std::int64_t in_group() const { return sizes.in / sizes.groups; }
  std::int64_t outputs(std::int64_t extent, std::int64_t taps) const {
    const std::int64_t reach = (taps - 1) * sizes.dilation + 1;
    return (extent + 2 * sizes.padding - reach) / sizes.stride + 1;
  }
  Buffer& result() { return pass == kForward ? y : pass == kInputGradient ? x : w; }
  double error() {
    return bench_check_conv(&sizes, pass, x.data(), w.data(), y.data());
  }

  BenchPass pass;
  BenchConv sizes;
  std::int64_t oh, ow;
  Buffer x, w, y;
};

struct Seconds {
  double wall, processor;
};

inline Seconds now() {
  using namespace std::chrono;
  return {duration<double>(steady_clock::now().time_since_epoch()).count(),
          static_cast<double>(std::clock()) / CLOCKS_PER_SEC};
}

/// Of several ways to do the same, the one that takes the shortest time here and now.
inline Job fastest(std::vector<Job> ways) {
  if (ways.empty()) throw Unsupported("no way to do this");
  std::size_t best = 0;
  double best_time = 1e30;
  for (std::size_t i = 0; ways.size() > 1 && i < ways.size(); ++i) {
    ways[i].run();
    for (int turn = 0; turn < 3; ++turn) {
      const double start = now().wall;
      int calls = 0;
      do {
        ways[i].run();
        ++calls;
      } while (now().wall - start < 0.005);
      const double took = (now().wall - start) / calls;
      if (took < best_time) best_time = took, best = i;
    }
  }
  return std::move(ways[best]);
}

/// Answers the driver's lines until there are no more.
class Worker {
 public:
  using Prepare = std::function<Job(Case&)>;
  Worker(std::string about, Prepare prepare)
      : about_(std::move(about)), prepare_(std::move(prepare)) {}

  int serve() {
    std::ios::sync_with_stdio(true);
    std::cout << "hello " << about_ << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      if (line == "quit") break;
      std::cout << answer(line) << std::endl;
    }
    return 0;
  }

 private:
  std::string answer(const std::string& line) {
    std::ostringstream text;
    text.precision(9);
    try {
      Case words(line);
      const std::string command = words.word();
      if (command == "prepare") {
        prepare(words, text);
      } else if (command == "sample") {
        sample(std::stod(words.word()), text);
      } else if (command == "losses") {
        if (!job_.loss) throw Unsupported("no losses: no training case is prepared");
        text << "ok";
        for (std::int64_t i = words.number(); i > 0; --i) text << ' ' << job_.loss();
      } else {
        text << "error " << command << " is no command";
      }
    } catch (const Unsupported& reason) {
      text.str("");
      text << "skip " << reason.what();
    } catch (const std::exception& error) {
      text.str("");
      text << "error " << error.what();
    }
    std::string reply = text.str();
    std::replace(reply.begin(), reply.end(), '\n', ' ');
    return reply;
  }

  void prepare(Case& words, std::ostream& text) {
    job_ = Job();  // gives memory back before more is taken
    job_ = prepare_(words);
    double error = 0;
    if (job_.error) {
      job_.run();
      error = job_.error();
    }
    text << "ok " << error << ' ' << job_.note;
  }

  void sample(double seconds, std::ostream& text) const {
    if (!job_.run) throw Unsupported("nothing is prepared");
    // A moment of warming up, in which the calls in one turn are counted.
    std::int64_t calls = 1;
    const double warm_start = now().wall;
    for (double took = 0; took < seconds / 8; took = now().wall - warm_start) {
      const double start = now().wall;
      for (std::int64_t i = 0; i < calls; ++i) job_.run();
      if (now().wall - start < seconds / 40) calls *= 2;
    }
    std::int64_t done = 0;
    const Seconds start = now();
    Seconds end = start;
    while (end.wall - start.wall < seconds) {
      for (std::int64_t i = 0; i < calls; ++i) job_.run();
      done += calls;
      end = now();
    }
    const double wall = end.wall - start.wall;
    text << wall / done << ' ' << (end.processor - start.processor) / wall;
  }

  std::string about_;
  Prepare prepare_;
  Job job_;
};

/// The number after --threads on the command line, else 1.
inline int threads_asked(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string(argv[i]) == "--threads") return std::atoi(argv[i + 1]);
  }
  return 1;
}

}  // namespace cairn::bench
