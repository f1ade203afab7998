#include <cairn/cairn.h>

#include <sstream>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

train::History two_epochs() {
  train::History history;
  history.add({{"loss", 0.5}, {"val_loss", 0.75}}, 1.5);
  history.add({{"loss", 0.25}, {"val_loss", 1}}, 2);
  return history;
}

TEST_CASE("history keeps every figure of every epoch") {
  const train::History history = two_epochs();
  CHECK(history.epochs() == 2);
  CHECK(history["loss"] == std::vector<double>{0.5, 0.25});
  CHECK((history.has("val_loss") && !history.has("accuracy")));
  CHECK(history.csv() == "epoch,loss,val_loss,seconds\n1,0.5,0.75,1.5\n2,0.25,1,2\n");
  CHECK_ERROR(ValueError, history["accuracy"],
              "no figure named accuracy; there are loss, val_loss");
  const test::TemporaryFolder folder;
  history.save_csv(folder.file("h.csv"));
  CHECK(folder.read("h.csv") == history.csv());
  CHECK_ERROR(IoError, (history.save_csv("/no/such/folder/h.csv"), 0),
              "cannot write /no/such/folder/h.csv");
}

TEST_CASE("progress is a line for each epoch where there is no terminal") {
  std::ostringstream stream;
  train::Progress progress(&stream);
  progress.begin_epoch(2, 10, 100);
  for (int i = 1; i <= 100; ++i) progress.step(i, 0.5);
  progress.end_epoch({{"loss", 0.5}, {"accuracy", 0.875}}, 3.25);
  CHECK(stream.str() == "Epoch  2/10  3.2 s  loss 0.5000  accuracy 0.8750\n");
}

TEST_CASE("progress is a bar that moves where there is one") {
  std::ostringstream stream;
  train::Progress progress(&stream, /*live=*/true);
  progress.begin_epoch(1, 1, 2);
  progress.step(2, 0.5);
  CHECK(test::contains(stream.str(), "Epoch 1/1 [==============================] 2/2"));
  progress.end_epoch({{"loss", 0.5}}, 1);
  CHECK(test::contains(stream.str(), "\r\033[KEpoch 1/1  1.0 s  loss 0.5000\n"));
}

}  // namespace
}  // namespace cairn
