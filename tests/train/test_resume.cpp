// N epochs are k epochs, a kill, a reload and N - k, bit for bit. Another program
// trains, and is really killed.
#include <cairn/cairn.h>

#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

extern char** environ;

namespace cairn {
namespace {

using test::TemporaryFolder;

class Process {
 public:
  explicit Process(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (posix_spawn(&id_, argv[0], nullptr, nullptr, argv.data(), environ) != 0) {
      throw std::runtime_error("cannot start " + words[0]);
    }
  }
  // Its exit code, or minus the signal that ended it.
  int wait() const {
    int status = 0;
    waitpid(id_, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  void kill() const { ::kill(id_, SIGKILL); }

 private:
  pid_t id_ = 0;
};

struct Run {
  int recipe = 0, threads = 1;
  int every = 0, kill = 0, pause = 0;
};

Process start(const TemporaryFolder& folder, const Run& run) {
  return Process({CAIRN_RESUME_WORKER, folder.file(""), std::to_string(run.recipe),
                  std::to_string(run.threads), std::to_string(run.every),
                  std::to_string(run.kill), std::to_string(run.pause)});
}

// What came of a run: all weights, moments, rates and the generator, and the figures.
using Results = std::map<std::string, std::string>;

Results results(const TemporaryFolder& folder) {
  return {{"final", folder.read("final")},
          {"history", folder.read("history")},
          {"best", folder.read("best")}};
}

// Compared once and shown by name: the files are long.
void check_equal(const Results& found, const Results& wanted) {
  for (const auto& [name, bytes] : wanted) {
    INFO(name);
    CHECK(bytes.size() > 0);
    const bool same = found.at(name) == bytes;
    CHECK(same);
  }
}

Results uninterrupted(int recipe) {
  const TemporaryFolder folder;
  REQUIRE(start(folder, {recipe, 1, -1}).wait() == 0);
  return results(folder);
}

void check_killed_once(const Results& wanted, const Run& run, int then_threads) {
  INFO("recipe " << run.recipe << ", " << run.threads << " threads, a checkpoint every "
                 << run.every << ", killed after step " << run.kill);
  const TemporaryFolder folder;
  REQUIRE(start(folder, run).wait() == -SIGKILL);
  CHECK(folder.read("final").empty());
  Run rest = run;
  rest.kill = 0;
  rest.threads = then_threads;
  REQUIRE(start(folder, rest).wait() == 0);
  check_equal(results(folder), wanted);
}

// 160 samples of 200 are trained on: ten steps in an epoch. Step 10 is the last of the
// first epoch, whose checkpoint is not written when the program is killed there.
TEST_CASE("a run that is killed between epochs or within ends as if it had not been") {
  for (const int recipe : {0, 1, 2, 3}) {
    const Results wanted = uninterrupted(recipe);
    for (const int threads : {1, 2}) {
      check_killed_once(wanted, {recipe, threads, 0, 10 + recipe}, threads);
      check_killed_once(wanted, {recipe, threads, 4, 29 + recipe}, 3 - threads);
    }
  }
}

TEST_CASE("a run is resumed wherever it was killed") {
  const Results wanted = uninterrupted(0);
  for (const int kill : {1, 5, 20, 21, 47}) {
    check_killed_once(wanted, {0, 1, 0, kill}, 1);
    check_killed_once(wanted, {0, 1, 1, kill}, 1);
  }
}

TEST_CASE("a run that is killed again and again comes to the same end") {
  const Results wanted = uninterrupted(0);
  const TemporaryFolder folder;
  int kills = 0;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const Process process = start(folder, {0, 1, 1, 0, 1});
    // At no time in particular, and later each time, so that it comes to an end.
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + 11 * attempt));
    process.kill();
    const int end = process.wait();
    if (end == 0) break;
    REQUIRE(end == -SIGKILL);
    ++kills;
  }
  CHECK(kills > 0);
  check_equal(results(folder), wanted);
  // Started once more, it finds that there is nothing left to do.
  REQUIRE(start(folder, {0, 2, 1}).wait() == 0);
  check_equal(results(folder), wanted);
}

TEST_CASE("early stopping ends the run that the other tests resume") {
  const TemporaryFolder folder;
  REQUIRE(start(folder, {0, 1, 0}).wait() == 0);
  const StateDict history = io::load_checkpoint(folder.file("history"));
  const auto best = history[0].second.item<std::int64_t>();
  const std::int64_t epochs = history[1].second.numel();
  INFO("best " << best << " of " << epochs);
  CHECK(epochs == best + 4);
  CHECK(epochs < 9);
}

}  // namespace
}  // namespace cairn
