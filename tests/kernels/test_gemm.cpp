// Matrix multiplication against its definition, on every tier that this machine has.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <thread>

#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/gemm.h>

#include "gemm_problem.h"
#include "tests/catch.h"

using namespace gemm_test;

namespace {

const Trans kTrans[] = {Trans::no, Trans::yes};

template <class T>
void check_all_tiers(const Spec<T>& spec, unsigned seed = 1) {
  const Problem<T> problem(spec, seed);
  for (const Isa isa : tiers()) {
    INFO(cairn::isa_name(isa));
    CHECK(problem.fault(isa) == "");
  }
}

template <class T>
void check_transposes(Spec<T> spec) {
  for (const Trans ta : kTrans) {
    for (const Trans tb : kTrans) {
      spec.trans_a = ta;
      spec.trans_b = tb;
      check_all_tiers(spec);
    }
  }
}

template <class T>
Spec<T> sized(std::int64_t m, std::int64_t n, std::int64_t k) {
  Spec<T> spec;
  spec.m = m;
  spec.n = n;
  spec.k = k;
  return spec;
}

template <class T>
void check_awkward_sizes() {
  const std::int64_t sizes[] = {1, 7, 17, 31, 63};
  for (const std::int64_t m : sizes) {
    for (const std::int64_t n : sizes) {
      for (const std::int64_t k : sizes) check_transposes(sized<T>(m, n, k));
    }
  }
}

template <class T>
Spec<T> random_spec(std::mt19937& random, std::int64_t largest) {
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  const T factors[] = {0, 1, -1, T(0.5), T(-2.25)};
  Spec<T> spec = sized<T>(pick(1, largest), pick(1, largest), pick(1, largest));
  spec.trans_a = kTrans[pick(0, 1)];
  spec.trans_b = kTrans[pick(0, 1)];
  spec.alpha = factors[pick(0, 4)];
  spec.beta = factors[pick(0, 4)];
  if (pick(0, 1)) spec.pad_a = pick(0, 20);
  if (pick(0, 1)) spec.pad_b = pick(0, 20);
  if (pick(0, 1)) spec.pad_c = pick(0, 20);
  spec.bias = pick(0, 3) == 0;
  spec.row_bias = pick(0, 3) == 0;
  spec.relu = pick(0, 3) == 0;
  return spec;
}

template <class T>
void check_random_shapes(int count, std::int64_t largest) {
  std::mt19937 random(20240607);
  for (int i = 0; i < count; ++i) {
    const Problem<T> problem(random_spec<T>(random, largest), i);
    for (const Isa isa : tiers()) {
      const std::string fault = problem.fault(isa);
      if (!fault.empty()) FAIL(cairn::isa_name(isa) << ": " << fault);
    }
  }
  SUCCEED(count << " shapes agree");
}

/// 1000 shapes every day; a hundred thousand where CAIRN_LONG_TESTS is set.
int shapes_to_try() { return std::getenv("CAIRN_LONG_TESTS") ? 100000 : 1000; }

}  // namespace

TEST_CASE("gemm: awkward sizes and all transposes in f32", "[gemm]") {
  check_awkward_sizes<float>();
}

TEST_CASE("gemm: awkward sizes and all transposes in f64", "[gemm]") {
  check_awkward_sizes<double>();
}

TEST_CASE("gemm: random small shapes in f32", "[gemm]") {
  check_random_shapes<float>(shapes_to_try(), 60);
}

TEST_CASE("gemm: random small shapes in f64", "[gemm]") {
  check_random_shapes<double>(shapes_to_try(), 60);
}

TEST_CASE("gemm: random shapes that are packed and blocked", "[gemm]") {
  check_random_shapes<float>(12, 400);
  check_random_shapes<double>(12, 400);
}

TEST_CASE("gemm: more depth than one block holds", "[gemm]") {
  for (const std::int64_t k : {511, 513, 1031, 2049}) {
    Spec<float> f = sized<float>(19, 53, k);
    f.alpha = -0.5f;
    f.beta = 2;
    f.bias = f.relu = true;
    check_transposes(f);
    Spec<double> d = sized<double>(131, 67, k);
    d.beta = -1;
    d.row_bias = true;
    check_transposes(d);
  }
}

TEST_CASE("gemm: many rows and many columns", "[gemm]") {
  check_transposes(sized<float>(1153, 37, 29));
  check_transposes(sized<float>(37, 4501, 29));
  check_transposes(sized<float>(131, 4177, 67));
  check_transposes(sized<double>(67, 4177, 31));
}

// Sizes and strides at which the loops choose another way: copies of A and of B,
// shallow panels for rows that lie half a page apart, a large B for few rows.
TEST_CASE("gemm: operands that are copied and that are not", "[gemm]") {
  Spec<float> paged = sized<float>(131, 523, 97);
  paged.pad_a = 1024 - 97;
  check_all_tiers(paged);
  check_transposes(sized<float>(401, 331, 419));
  check_all_tiers(sized<float>(1030, 270, 1024));
  check_transposes(sized<double>(401, 131, 523));  // A in blocks, whatever the caches
  check_all_tiers(sized<float>(61, 512, 777));
  check_all_tiers(sized<float>(3, 2049, 1031));
  check_all_tiers(sized<double>(4, 1025, 1031));
  check_all_tiers(sized<float>(33, 1280, 1031));
  check_transposes(sized<float>(8, 271, 611));    // two of the widest tiles
  check_transposes(sized<float>(50, 50, 523));    // a low Aᵀ: slices for the L1
  check_transposes(sized<float>(1024, 53, 307));  // its columns pages apart
  check_transposes(sized<double>(512, 29, 97));
}

// Made as the transpose of C: strips of 48 columns and what is left of one, more depth
// than one copy of A holds, and nothing written beyond the end of a row.
TEST_CASE("gemm: few rows times a transposed matrix", "[gemm]") {
  for (const std::int64_t m : {7, 8, 14, 16, 20, 31, 32, 61}) {
    for (const std::int64_t n : {47, 48, 53, 145}) {
      Spec<float> f = sized<float>(m, n, 257);
      f.trans_b = Trans::yes;
      f.pad_c = n % 3;
      f.beta = m % 2 ? -0.5f : 0;
      f.bias = f.row_bias = f.relu = true;
      check_all_tiers(f);
      f.trans_a = Trans::yes;
      check_all_tiers(f);
      Spec<double> d = sized<double>(m, n, 1031);
      d.trans_b = Trans::yes;
      d.alpha = 0.3;
      d.bias = d.row_bias = true;
      check_all_tiers(d);
    }
  }
  check_transposes(sized<float>(8, 101, 1024));  // rows of B pages apart
  check_transposes(sized<double>(4, 101, 512));
}

// Made as the transpose of C, whichever way A and B lie: panels of A's rows and what is
// left of one, more depth than a copied panel holds.
TEST_CASE("gemm: few columns", "[gemm]") {
  for (const std::int64_t n : {2, 3, 5, 6, 11, 13, 29, 47}) {
    Spec<float> f = sized<float>(n == 11 ? 967 : 101, n, n == 13 ? 300 : 67);
    f.pad_c = n % 3;
    f.alpha = n % 2 ? 1 : 0.5f;
    f.beta = n % 2 ? -0.5f : 0;
    f.bias = f.row_bias = f.relu = n > 3;
    check_transposes(f);
    Spec<double> d = sized<double>(83, n, 271);
    d.row_bias = true;
    check_transposes(d);
  }
}

// Along the rows of C: strips and what is left of one, few rows with a B that is far,
// biases that follow the columns; and products that are not worth a kernel.
TEST_CASE("gemm: little depth or few rows or next to nothing", "[gemm]") {
  const std::int64_t sizes[][3] = {
      {97, 1021, 5}, {90, 787, 31}, {1029, 97, 8}, {7, 611, 32}, {5, 1019, 131},
      {6, 784, 25},  {3, 701, 211}, {2, 3, 7},     {3, 4, 5},    {1, 9, 7}};
  for (const auto& size : sizes) {
    Spec<float> f = sized<float>(size[0], size[1], size[2]);
    f.pad_c = size[2] % 3;
    check_transposes(f);
    f.alpha = -2;
    f.beta = 0.5f;
    f.bias = f.row_bias = f.relu = true;
    check_transposes(f);
    Spec<double> d = sized<double>(size[0], size[1], size[2]);
    d.beta = 1;
    d.bias = true;
    check_transposes(d);
  }
}

TEST_CASE("gemm: vectors on either side", "[gemm]") {
  for (const std::int64_t n : {1, 5, 16, 31, 100, 1000}) {
    Spec<float> row = sized<float>(1, n, 73), column = sized<float>(n, 1, 73);
    for (const std::int64_t pad : {0, 3}) {
      for (Spec<float>* spec : {&row, &column}) {
        spec->pad_a = spec->pad_b = spec->pad_c = pad;
        spec->bias = spec->row_bias = true;
        spec->beta = 0.5f;
        check_transposes(*spec);
      }
    }
    check_transposes(sized<float>(n, 73, 1));
    check_transposes(sized<double>(1, n, 73));
    check_transposes(sized<double>(n, 1, 73));
  }
}

TEST_CASE("gemm: alpha and beta", "[gemm]") {
  for (const float alpha : {0.0f, 1.0f, -1.0f, 0.3f}) {
    for (const float beta : {0.0f, 1.0f, -1.0f, 0.7f}) {
      Spec<float> spec = sized<float>(13, 29, 37);
      spec.alpha = alpha;
      spec.beta = beta;
      spec.pad_c = 5;
      check_transposes(spec);
    }
  }
}

TEST_CASE("gemm: beta zero does not read C", "[gemm]") {
  for (const std::int64_t m : {1, 13, 131}) {
    for (const float alpha : {1.0f, 0.0f}) {
      for (const Trans tb : kTrans) {
        Spec<float> spec = sized<float>(m, 29, 37);
        spec.alpha = alpha;
        spec.trans_b = tb;
        Problem<float> problem(spec);
        problem.fill_c(std::numeric_limits<float>::quiet_NaN());
        for (const Isa isa : tiers()) CHECK(problem.fault(isa) == "");
      }
    }
  }
}

TEST_CASE("gemm: alpha zero and k zero only scale C", "[gemm]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  float a = nan, b = nan, c[2] = {3, -4};
  cairn::gemm(Trans::no, Trans::no, 1, 1, 1, 0.0f, &a, 1, &b, 1, 2.0f, c, 2);
  CHECK(c[0] == 6);
  cairn::gemm(Trans::no, Trans::no, 1, 2, 0, 1.0f, nullptr, 1, nullptr, 2, 0.5f, c, 2);
  CHECK(c[0] == 3);
  CHECK(c[1] == -2);
  cairn::gemm(Trans::yes, Trans::yes, 1, 2, 0, 1.0f, nullptr, 1, nullptr, 1, 0.0f, c,
              2);
  CHECK(c[0] == 0);
  CHECK(c[1] == 0);
}

TEST_CASE("gemm: an empty C needs no memory", "[gemm]") {
  CHECK_NOTHROW(cairn::gemm(Trans::no, Trans::no, 0, 3, 2, 1.0f, nullptr, 2, nullptr, 3,
                            0.0f, nullptr, 3));
  CHECK_NOTHROW(cairn::gemm(Trans::no, Trans::no, 3, 0, 2, 1.0, nullptr, 2, nullptr, 1,
                            0.0, nullptr, 1));
}

TEST_CASE("gemm: relu in the epilogue keeps NaN", "[gemm]") {
  for (const Trans tb : kTrans) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> a = {1, nan, -1}, b = {2, 2}, c(6);
    GemmCall<float> call;
    call.trans_b = tb;
    call.m = 3;
    call.n = 2;
    call.k = 1;
    call.a = a.data();
    call.lda = 1;
    call.b = b.data();
    call.ldb = tb == Trans::no ? 2 : 1;
    call.c = c.data();
    call.ldc = 2;
    call.epilogue.relu = true;
    for (const Isa isa : tiers()) {
      cairn::kernels::gemm(call, cairn::kernels::kernels_for(isa));
      CHECK(c[0] == 2);
      CHECK(std::isnan(c[2]));
      CHECK(c[4] == 0);
    }
  }
}

// Two helpers meet in every way that four do; the thread sanitizer takes long over each run.
#if defined(__SANITIZE_THREAD__)
const std::vector<int> kThreadCounts{3};
#else
const std::vector<int> kThreadCounts{2, 3, 5};
#endif

TEST_CASE("gemm: the number of threads does not change a bit", "[gemm]") {
  const int before = cairn::num_threads();
  struct Shape {
    std::int64_t m, n, k;
  };
  for (const Shape s :
       {Shape{517, 263, 611}, Shape{32, 1021, 784}, Shape{1, 4099, 1025},
        Shape{5, 4099, 131}, Shape{1030, 307, 31}, Shape{2053, 29, 131}}) {
    for (const Trans ta : kTrans) {
      for (const Trans tb : kTrans) {
        Spec<float> spec = sized<float>(s.m, s.n, s.k);
        spec.trans_a = ta;
        spec.trans_b = tb;
        const Problem<float> problem(spec, 1, false);
        for (const Isa isa : tiers()) {
          cairn::set_num_threads(1);
          const std::vector<float> one = problem.run(isa);
          for (const int threads : kThreadCounts) {
            cairn::set_num_threads(threads);
            CHECK(problem.run(isa) == one);
          }
        }
      }
    }
  }
  cairn::set_num_threads(before);
}

TEST_CASE("gemm: several callers at once", "[gemm]") {
  const Problem<float> problem(sized<float>(203, 211, 199));
  const Isa isa = cairn::active_isa();
  std::vector<std::string> faults(4);
  std::vector<std::thread> callers;
  for (std::string& fault : faults) {
    callers.emplace_back([&] { fault = problem.fault(isa); });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& fault : faults) CHECK(fault == "");
}
