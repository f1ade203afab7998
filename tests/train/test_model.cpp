#include <cairn/cairn.h>

#include <cmath>
#include <sstream>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

// Three clouds of points that a small network tells apart.
struct Clouds {
  Tensor x, y;
};

Clouds clouds(std::int64_t n) {
  Generator generator(5);
  const Tensor y = randint(0, 3, {n}, generator);
  const Tensor centres = tensor({{-2, 0}, {2, 0}, {0, 3}});
  const Tensor x = matmul(one_hot(y, 3), centres) + randn({n, 2}, generator) * 0.5;
  return {x, y};
}

train::Model classifier(std::uint64_t seed = 1) {
  manual_seed(seed);
  train::Model model(nn::Sequential(nn::Linear(2, 16), nn::ReLU(), nn::Linear(16, 3)));
  model.compile(optim::AdamOptions(0.02), train::cross_entropy(),
                {train::accuracy(), train::top_k_accuracy(2)});
  return model;
}

// Counts the samples that go through it and makes them useless.
struct Erase final : data::Transform {
  explicit Erase(std::int64_t& seen) : seen(&seen) {}
  Tensor apply(const Tensor& x, const data::SampleStreams&) const override {
    *seen += x.size(0);
    return zeros(x.shape());
  }
  std::int64_t* seen;
};

TEST_CASE("fit transforms what it trains on and nothing else") {
  const auto [x, y] = clouds(100);
  train::Model model = classifier();
  std::int64_t seen = 0;
  const train::History history = model.fit(
      x, y, train::FitOptions().epochs(3).validation_split(0.2).transform(Erase(seen)));
  CHECK(seen == 3 * 80);
  // Nothing can be told of zeros, so the weights of the inputs never move.
  CHECK(history["accuracy"].back() < 0.6);
  const auto weight = [](train::Model& of) {
    return of.module().named_parameters()[0].second.to_vector<float>();
  };
  train::Model fresh = classifier();
  CHECK(weight(model) == weight(fresh));
}

TEST_CASE("a classifier learns what there is to learn") {
  const auto [x, y] = clouds(300);
  train::Model model = classifier();
  const train::Scores before = model.evaluate(x, y);
  const train::History history =
      model.fit(x, y, train::FitOptions().epochs(12).validation_split(0.2));
  CHECK(history.names() ==
        std::vector<std::string>{"loss", "accuracy", "top_2_accuracy", "val_loss",
                                 "val_accuracy", "val_top_2_accuracy"});
  CHECK(history["loss"].back() < 0.2 * train::score(before, "loss"));
  CHECK(history["val_accuracy"].back() > 0.95);
  const train::Scores after = model.evaluate(x, y, 7);  // batches of another size
  CHECK(train::score(after, "accuracy") > 0.95);
  const Tensor outputs = model.predict(x, 11);
  CHECK(outputs.shape() == Shape{300, 3});
  CHECK(cross_entropy(outputs, y).item<double>() ==
        Approx(train::score(after, "loss")).epsilon(1e-5));
}

TEST_CASE("the same seeds give the same run whatever the threads") {
  const auto [x, y] = clouds(200);
  std::vector<std::vector<double>> losses;
  const int before = num_threads();
  for (const int threads : {1, 2, 3}) {
    set_num_threads(threads);
    losses.push_back(classifier().fit(x, y, train::FitOptions().epochs(3))["loss"]);
  }
  set_num_threads(before);
  CHECK(losses[0] == losses[1]);
  CHECK(losses[0] == losses[2]);
  CHECK(classifier(2).fit(x, y, train::FitOptions().epochs(3))["loss"] != losses[0]);
}

TEST_CASE("a model that is saved and loaded predicts the same") {
  const test::TemporaryFolder folder;
  const auto [x, y] = clouds(50);
  train::Model model = classifier();
  model.fit(x, y);
  model.save(folder.file("w"));
  train::Model other = classifier(9);
  CHECK(other.predict(x).to_vector<float>() != model.predict(x).to_vector<float>());
  other.load(folder.file("w"));
  CHECK(other.predict(x).to_vector<float>() == model.predict(x).to_vector<float>());
  train::Model wrong(nn::Sequential(nn::Linear(2, 3)));
  CHECK_ERROR(Error, (wrong.load(folder.file("w")), 0), "0.weight has shape (3, 2)");
}

TEST_CASE("evaluation and prediction leave the training mode as it was") {
  train::Model model(nn::Sequential(nn::Dropout(0.5)));
  const Tensor x = ones({64, 4});
  CHECK(model.predict(x).to_vector<float>() == x.to_vector<float>());
  CHECK(model.module().is_training());
}

TEST_CASE("bytes are read as shares of 255") {
  train::Model model(nn::Sequential{});
  const Tensor bytes = Tensor::from_vector<std::uint8_t>({0, 51, 255}, {3, 1});
  const std::vector<float> out = model.predict(bytes).to_vector<float>();
  CHECK(out[0] == 0);
  CHECK(out[1] == Approx(0.2));
  CHECK(out[2] == 1);
}

TEST_CASE("the summary is a table of layers shapes and parameters") {
  train::Model model(nn::Sequential(nn::Conv2d(1, 4, 3),
                                    nn::Sequential(nn::ReLU(), nn::MaxPool2d(2)),
                                    nn::Flatten(), nn::Linear(4 * 13 * 13, 10)));
  CHECK(model.summary({1, 28, 28}) ==
        "     layer            output shape  parameters\n"
        "----------------------------------------------\n"
        "0    Conv2d(1, 4, 3)  (4, 26, 26)           40\n"
        "1.0  ReLU()           (4, 26, 26)            0\n"
        "1.1  MaxPool2d(2)     (4, 13, 13)            0\n"
        "2    Flatten()        (676,)                 0\n"
        "3    Linear(676, 10)  (10,)              6,770\n"
        "----------------------------------------------\n"
        "6,810 parameters, 27 KiB\n");
}

TEST_CASE("a summary of a network that begins with an embedding") {
  train::Model model(
      nn::Sequential(nn::Embedding(5, 2),
                     nn::GRU(nn::RecurrentOptions(2, 3).returns(nn::Returns::last))));
  const std::string table = model.summary({7}, i64);
  CHECK(table.find("GRU(2, 3, last)") != std::string::npos);
  CHECK(table.find("73 parameters") != std::string::npos);
  CHECK_ERROR(DTypeError, model.summary({7}), "layer 0, Embedding(5, 2)");
}

TEST_CASE("a summary that fails leaves the model in training") {
  train::Model model(nn::Sequential(nn::Linear(3, 2), nn::Dropout(0.5)));
  model.module().train();
  CHECK_ERROR(ShapeError, model.summary({4}), "layer 0, Linear(3, 2)");
  CHECK(model.module().is_training());
  CHECK(grad_enabled());
}

TEST_CASE("progress goes to the stream that is given and nowhere else") {
  const auto [x, y] = clouds(64);
  std::ostringstream stream;
  classifier().fit(
      x, y, train::FitOptions().epochs(2).validation_data(x, y).progress(stream));
  CHECK(test::contains(stream.str(), "Epoch 1/2  "));
  CHECK(test::contains(stream.str(), "val_top_2_accuracy"));
}

TEST_CASE("what cannot be trained is told") {
  const auto [x, y] = clouds(20);
  train::Model raw(nn::Sequential(nn::Linear(2, 3)));
  CHECK_ERROR(ValueError, raw.fit(x, y), "fit: call compile() first");
  CHECK_ERROR(ValueError, raw.evaluate(x, y), "evaluate: call compile() first");
  train::Model model = classifier();
  CHECK_ERROR(ValueError, model.fit(x, y, train::FitOptions().epochs(0)), "0 epochs");
  CHECK_ERROR(ValueError, model.fit(x, y, train::FitOptions().batch_size(0)),
              "batch size");
  CHECK_ERROR(
      ValueError,
      model.fit(x, y, train::FitOptions().validation_data(x, y).validation_split(0.1)),
      "not both");
  CHECK_THROWS_AS(model.fit(x, y.slice(0, 0, 19)), ShapeError);
  CHECK_THROWS_AS(model.fit(zeros({0, 2}), zeros({0}, i64)), ValueError);
  CHECK_ERROR(IndexError, model.fit(x, y + 1), "cross_entropy: label 3 of sample");
  CHECK_ERROR(ShapeError, model.fit(zeros({20, 5}), y),
              "layer 0, Linear(2, 16): linear: an input of shape (20, 5)");
}

TEST_CASE("one sample without a batch is not taken for a batch") {
  train::Model model = classifier();
  CHECK(model.predict(ones({1, 2})).shape() == Shape{1, 3});
  CHECK_ERROR(ShapeError, model.predict(ones({2})),
              "predict: the model made (3,) of (2,), which is not one output for each "
              "sample; a single sample is a batch of one: x.unsqueeze(0)");
}

TEST_CASE("a part of a network is trained alone") {
  const auto [x, y] = clouds(64);
  train::Model model = classifier();
  auto& net = dynamic_cast<nn::Sequential&>(model.module());
  net.requires_grad_(false);
  net[2].requires_grad_();
  model.compile(optim::AdamOptions(0.01), train::cross_entropy(), {train::accuracy()});
  const auto first = net[0].parameters()[0].detach().to_vector<float>();
  const auto last = net[2].parameters()[0].detach().to_vector<float>();
  model.fit(x, y, train::FitOptions().clip_grad_norm(1));
  CHECK(net[0].parameters()[0].detach().to_vector<float>() == first);
  CHECK(net[2].parameters()[0].detach().to_vector<float>() != last);
}

TEST_CASE("a loss that is no number ends the training and says where") {
  const auto [x, y] = clouds(64);
  train::Model model = classifier();
  model.compile(optim::SGDOptions(1e30), train::cross_entropy());
  CHECK_ERROR(
      ValueError, model.fit(x, y),
      "fit: the loss became nan in epoch 1, step 2 of 2, at a learning rate of 1e+30; "
      "lower the rate, or look for NaN in the data");
}

}  // namespace
}  // namespace cairn
