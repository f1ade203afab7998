// The complete texts of what operations refuse: each names the operation, the shapes or
// values it met, and what to do.
#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn::test {
namespace {

// Checks that `expression` throws an error of type E whose text is `wanted`.
#define CHECK_TEXT(E, expression, wanted) \
  CHECK(error_text<E>([&] { (void)(expression); }) == (wanted))

Tensor longs(const std::vector<std::int64_t>& values) {
  return Tensor::from_vector(values);
}

TEST_CASE("texts of shapes that do not fit elementwise operations") {
  const Tensor a = zeros({3, 4}), b = zeros({2, 4});
  for (const auto& [operation, name] :
       {std::pair(add, "add"), std::pair(sub, "sub"), std::pair(mul, "mul"),
        std::pair(div, "div"), std::pair(maximum, "maximum"), std::pair(eq, "eq"),
        std::pair(lt, "lt")}) {
    CHECK_TEXT(
        ShapeError, operation(a, b),
        std::string(name) +
            ": shapes (3, 4) and (2, 4) do not broadcast: dimension 2 from the right "
            "is 3 in one and 2 in the other, and neither is 1; reshape or unsqueeze "
            "one of them");
  }
  CHECK_TEXT(
      ShapeError, where(zeros({3, 4}, u8), a, b),
      "where: shapes (3, 4) and (2, 4) do not broadcast: dimension 2 from the right "
      "is 3 in one and 2 in the other, and neither is 1; reshape or unsqueeze one of "
      "them");
  CHECK_TEXT(
      ShapeError, Tensor(a).add_(b),
      "expand: shape (2, 4) does not repeat to (3, 4); only dimensions of size 1 "
      "repeat, and new ones come first");
}

TEST_CASE("texts of dtypes that do not fit") {
  CHECK_TEXT(DTypeError, ones({2}) + ones({2}, f64),
             "add: tensors of dtypes f32 and f64 do not mix; convert one with "
             ".to(cairn::f64)");
  CHECK_TEXT(DTypeError, ones({2}) * ones({2}, i64),
             "mul: tensors of dtypes f32 and i64 do not mix; convert one with "
             ".to(cairn::f32)");
  CHECK_TEXT(DTypeError, exp(ones({2}, u8)),
             "exp works on real numbers (f32 or f64), not on u8; convert first with "
             ".to(cairn::f32)");
  CHECK_TEXT(DTypeError, ones({2}, i64).mean(),
             "mean works on real numbers (f32 or f64), not on i64; convert first with "
             ".to(cairn::f32)");
  CHECK_TEXT(
      DTypeError, where(ones({2}), ones({2}), ones({2})),
      "where: the condition has dtype f32; comparisons such as gt() give the u8 it "
      "needs");
  CHECK_TEXT(
      DTypeError, matmul(ones({2, 2}, i64), ones({2, 2}, i64)),
      "matmul works on real numbers (f32 or f64), not on i64; convert first with "
      ".to(cairn::f32)");
  CHECK_TEXT(DTypeError, conv2d(ones({1, 1, 3, 3}), ones({1, 1, 2, 2}, f64), Tensor()),
             "conv2d: tensors of dtypes f32 and f64 do not mix; convert one with "
             ".to(cairn::f64)");
  CHECK_TEXT(
      DTypeError, ones({2}, i64).requires_grad_(),
      "requires_grad_ works on real numbers (f32 or f64), not on i64; convert first "
      "with .to(cairn::f32)");
}

TEST_CASE("texts of what normalisation refuses") {
  const Tensor none;
  CHECK_TEXT(ShapeError, batch_norm(ones({3}), none, none, none, none, true),
             "batch_norm: an input of shape (3,) has no channels; it must be (n, "
             "channels, ...)");
  CHECK_TEXT(
      ShapeError, batch_norm(ones({2, 3}), none, none, ones({4}), none, true),
      "batch_norm: 3 channels in an input of shape (2, 3), but the weight has shape "
      "(4,); it must hold one number a channel: (3,)");
  CHECK_TEXT(
      ValueError, batch_norm(ones({2, 3}), none, none, none, none, false),
      "batch_norm: outside training the running mean and variance are needed, and "
      "one of them is undefined; pass both");
  CHECK_TEXT(
      ValueError, batch_norm(ones({2, 3}), none, none, none, none, true, 2),
      "batch_norm: eps is 1e-05 and momentum 2; eps must be 0 or more, momentum in "
      "[0, 1]");
  CHECK_TEXT(
      ValueError, batch_norm(ones({1, 3, 1, 1}), none, none, none, none, true),
      "batch_norm: an input of shape (1, 3, 1, 1) has 1 value a channel, of which "
      "there is no variance; train on larger batches, or call eval() first");
  CHECK_TEXT(
      ShapeError, layer_norm(ones({2, 3}), {2}, none, none),
      "layer_norm: an input of shape (2, 3) does not end in (2,), the dimensions "
      "that are normalised together; name its last ones, of which none is empty");
  CHECK_TEXT(
      ShapeError, layer_norm(ones({2, 3}), {3}, ones({2}), none),
      "layer_norm: a weight or bias of shape (2,); both must have the normalised "
      "shape (3,)");
  CHECK_TEXT(ValueError, layer_norm(ones({2, 3}), {3}, none, none, -1),
             "layer_norm: eps is -1; it must be 0 or more");
  CHECK_TEXT(
      ShapeError, adaptive_avg_pool2d(ones({1, 1, 4, 6}), {3, 3}),
      "adaptive_avg_pool2d: an input of shape (1, 1, 4, 6) has no equal tiles for "
      "an output of (3, 3); the input must be (n, channels, height, width), and "
      "the output's height and width must divide its own");
}

TEST_CASE("texts of undefined tensors") {
  const std::string rest =
      " was given an undefined tensor (default-constructed, or a gradient that "
      "backward() "
      "has not filled yet)";
  CHECK_TEXT(ValueError, Tensor() + ones({2}), "add" + rest);
  CHECK_TEXT(ValueError, ones({2}) - Tensor(), "sub" + rest);
  CHECK_TEXT(ValueError, Tensor() / 2, "div" + rest);
  CHECK_TEXT(ValueError, relu(Tensor()), "relu" + rest);
  CHECK_TEXT(ValueError, where(ones({2}, u8), Tensor(), ones({2})), "where" + rest);
  CHECK_TEXT(ValueError, matmul(Tensor(), ones({2})), "matmul" + rest);
  CHECK_TEXT(ValueError, conv2d(ones({1, 1, 3, 3}), Tensor(), Tensor()),
             "conv2d" + rest);
  CHECK_TEXT(ValueError, cat({ones({2}), Tensor()}), "cat" + rest);
  CHECK_TEXT(ValueError, cross_entropy(ones({2, 2}), Tensor()), "cross_entropy" + rest);
  CHECK_TEXT(ValueError, ones({2}).grad().sum(), "sum" + rest);
}

TEST_CASE("texts of values that elementwise operations refuse") {
  CHECK_TEXT(ValueError, longs({1}) / longs({0}),
             "div: an integer was divided by zero; convert with .to(cairn::f64) for a "
             "quotient that may be infinite");
  CHECK_TEXT(ValueError, clamp(ones({2}), 3, 2),
             "clamp: the lower end 3 lies above the upper end 2; exchange them");
  Generator generator(1);
  CHECK_TEXT(ValueError, dropout(ones({2}), 1, generator),
             "dropout: p is 1; the share that is dropped lies in [0, 1)");
  CHECK_TEXT(
      ValueError, longs({1}).add_(longs({1}), 0.5),
      "add_: a factor of 0.5 for a tensor of dtype i64; it must be a whole number, or "
      "the tensor converted with .to(cairn::f32)");
  CHECK_TEXT(
      ValueError, ones({1, 2}).expand({3, 2}).mul_(2),
      "mul_: a tensor of shape (3, 2) repeats its elements along dimension 0 "
      "(expand), and each would be changed more than once; change a clone() instead");
}

TEST_CASE("texts of dimensions and indices out of range") {
  const Tensor t = zeros({3, 2});
  CHECK_TEXT(ShapeError, t.sum({2}),
             "sum: there is no dimension 2 in a tensor of 2 dimensions; use -2 to 1");
  CHECK_TEXT(
      ShapeError, softmax(t, -3),
      "softmax: there is no dimension -3 in a tensor of 2 dimensions; use -2 to 1");
  CHECK_TEXT(
      ShapeError, softmax(scalar(1), 0),
      "softmax: there is no dimension 0 in a tensor of none; reshape it to (1,) first");
  CHECK_TEXT(ShapeError, t.sum({0, -2}),
             "sum: dimension 0 is named twice in (0, -2); name it once");
  CHECK_TEXT(IndexError, t[3],
             "select: index 3 is outside dimension 0 of shape (3, 2); use -3 to 2");
  CHECK_TEXT(IndexError, t.select(1, -3),
             "select: index -3 is outside dimension 1 of shape (3, 2); use -2 to 1");
  CHECK_TEXT(IndexError, zeros({0, 2})[0],
             "select: index 0 is outside dimension 0 of shape (0, 2), which is empty");
  CHECK_TEXT(ValueError, t.slice(0, 0, 2, 0),
             "slice: the step is 0; it must be 1 or more");
  CHECK_TEXT(
      ShapeError, amax(zeros({0, 2}), {0}),
      "amax: a tensor of shape (0, 2) has no elements to choose from; check numel() "
      "first");
  CHECK_TEXT(
      ShapeError, zeros({2, 0}).argmax(1),
      "argmax: dimension 1 of shape (2, 0) is empty, so nothing in it is largest; "
      "check size() first");
}

TEST_CASE("texts of views that do not exist") {
  const Tensor t = zeros({3, 4});
  CHECK_TEXT(
      ShapeError, t.reshape({5, 2}),
      "reshape: a tensor of shape (3, 4) has 12 elements, which do not fill shape "
      "(5, 2); one size may be -1, for whatever is left");
  CHECK_TEXT(
      ShapeError, t.reshape({-1, 5}),
      "reshape: a tensor of shape (3, 4) has 12 elements, which do not fill shape "
      "(-1, 5); one size may be -1, for whatever is left");
  CHECK_TEXT(
      ShapeError, t.reshape({-1, -1}),
      "reshape: a tensor of shape (3, 4) has 12 elements, which do not fill shape "
      "(-1, -1); one size may be -1, for whatever is left");
  CHECK_TEXT(ShapeError, t.permute({0, 0}),
             "permute: (0, 0) does not name each dimension of shape (3, 4) once");
  CHECK_TEXT(
      ShapeError, zeros({2, 3, 4}).t(),
      "t: a tensor of shape (2, 3, 4) is not a matrix; transpose(d0, d1) exchanges "
      "any two dimensions");
  CHECK_TEXT(
      ShapeError, t.squeeze(0),
      "squeeze: dimension 0 of shape (3, 4) is not of size 1; select() picks one of "
      "its entries");
  CHECK_TEXT(ShapeError, t.flatten(1, 0),
             "flatten: dimension 1 comes after dimension 0; name the first one first");
  const std::string rule =
      "; only dimensions of size 1 repeat, and new ones come first";
  CHECK_TEXT(ShapeError, t.expand({3, 8}),
             "expand: shape (3, 4) does not repeat to (3, 8)" + rule);
  CHECK_TEXT(ShapeError, zeros({3}).expand({-1, 3}),
             "expand: shape (3,) does not repeat to (-1, 3)" + rule);
  CHECK_TEXT(ShapeError, zeros({1}).expand({-5}),
             "expand: shape (1,) does not repeat to (-5,)" + rule);
  CHECK_TEXT(
      ShapeError, cat({t, zeros({3, 5})}, 0),
      "cat: shapes (3, 4) and (3, 5) differ in more than dimension 0, along which "
      "they are joined; slice or reshape one of them");
  CHECK_TEXT(ValueError, cat({}),
             "cat: there are no tensors to join; give one or more");
  CHECK_TEXT(
      ShapeError, stack({t, zeros({3, 5})}),
      "stack: shapes (3, 4) and (3, 5) differ; all must be the same (cat() joins "
      "unequal ones)");
  CHECK_TEXT(ValueError, stack({}),
             "stack: there are no tensors to join; give one or more");
}

TEST_CASE("texts of products that do not fit") {
  CHECK_TEXT(
      ShapeError, matmul(zeros({3, 4}), zeros({3, 5})),
      "matmul: shapes (3, 4) and (3, 5) do not fit: the first has 4 columns, the "
      "second 3 rows, and these must be equal; transpose one of them?");
  CHECK_TEXT(
      ShapeError, matmul(zeros({4}), zeros({3})),
      "matmul: shapes (4,) and (3,) do not fit: the first has 4 columns, the second 3 "
      "rows, and these must be equal; transpose one of them?");
  CHECK_TEXT(
      ShapeError, matmul(zeros({2, 3, 4}), zeros({3, 4, 5})),
      "matmul: shapes (2,) and (3,) do not broadcast: dimension 1 from the right is 2 "
      "in one and 3 in the other, and neither is 1; reshape or unsqueeze one of them");
  CHECK_TEXT(ShapeError, matmul(scalar(2), zeros({3})),
             "matmul: shapes () and (3,): a number is no matrix; multiply with *");
  CHECK_TEXT(ShapeError, dot(zeros({3}), zeros({4})),
             "dot: shapes (3,) and (4,) differ; dot() takes two of one shape, matmul() "
             "multiplies matrices");
  CHECK_TEXT(
      ShapeError, linear(zeros({8, 1, 28, 28}), zeros({10, 784}), Tensor()),
      "linear: an input of shape (8, 1, 28, 28) does not end in 784 features, which "
      "the weight of shape (10, 784) asks for; flatten the input?");
  CHECK_TEXT(
      ShapeError, linear(zeros({8, 784}), zeros({784}), Tensor()),
      "linear: the weight has shape (784,); it must be a matrix (out features, in "
      "features)");
  CHECK_TEXT(
      ShapeError, linear(zeros({8, 4}), zeros({3, 4}), zeros({4})),
      "linear: a bias of shape (4,) for a weight of shape (3, 4); it must have one "
      "number for each output");
}

TEST_CASE("texts of convolutions that do not fit") {
  const Tensor x = zeros({2, 3, 8, 8}), w = zeros({4, 3, 3, 3});
  CHECK_TEXT(
      ShapeError, conv2d(zeros({3, 8, 8}), w, Tensor()),
      "conv2d: shapes (3, 8, 8) and (4, 3, 3, 3); the input must be (n, channels, "
      "height, width), the weight (out, channels/groups, kernel height, kernel "
      "width)");
  CHECK_TEXT(
      ShapeError, conv2d(zeros({2, 8, 8, 3}), w, Tensor()),
      "conv2d: an input of shape (2, 8, 8, 3) has 8 channels; a weight of shape (4, "
      "3, 3, 3) in 1 group asks for 3; give the layer the image's number of channels, "
      "or permute an image whose channels come last");
  CHECK_TEXT(
      ShapeError, conv2d(x, w, Tensor(), {}, 2),
      "conv2d: 2 groups do not divide 3 input and 4 output channels; both must be "
      "multiples of the groups");
  CHECK_TEXT(
      ShapeError, conv2d(x, w, zeros({3})),
      "conv2d: a bias of shape (3,) for 4 output channels; it must have one number "
      "for each");
  CHECK_TEXT(
      ShapeError, conv2d(zeros({2, 3, 2, 8}), w, Tensor()),
      "conv2d: a window that reaches over 3 rows does not fit into 2 with a padding "
      "of 0; use a smaller window or more padding");
  CHECK_TEXT(
      ShapeError, conv2d(zeros({1, 0, 3, 3}), zeros({2, 0, 2, 2}), Tensor()),
      "conv2d: an input of shape (1, 0, 3, 3) has no channels to filter; it must be "
      "(n, channels, height, width)");
  Window still;
  still.stride[1] = 0;
  CHECK_TEXT(ValueError, conv2d(x, w, Tensor(), still),
             "conv2d: stride 0, dilation 1 and padding 0 are not possible; stride and "
             "dilation start at 1, padding at 0");
}

TEST_CASE("texts of pooling windows that do not fit") {
  const Tensor x = zeros({2, 3, 8, 8});
  Window padded, dilated;
  padded.padding[0] = 2;
  dilated.padding[1] = 1, dilated.dilation[1] = 2;
  CHECK_TEXT(
      ShapeError, max_pool2d(zeros({3, 8, 8}), {2, 2}, {}),
      "max_pool2d: an input of shape (3, 8, 8) and a window (2, 2); the input must be "
      "(n, channels, height, width), the window (height, width)");
  CHECK_TEXT(ShapeError, avg_pool2d(x, {9, 2}, {}),
             "avg_pool2d: a window that reaches over 9 rows does not fit into 8 with a "
             "padding of 0; use a smaller window or more padding");
  CHECK_TEXT(ShapeError, max_pool2d(x, {0, 2}, {}),
             "max_pool2d: a window that reaches over 0 rows does not fit into 8 with a "
             "padding of 0; use a smaller window or more padding");
  CHECK_TEXT(
      ShapeError, max_pool2d(x, {3, 3}, padded),
      "max_pool2d: a padding of 2 is more than half the window (3, 3), so that some "
      "windows would see nothing else; use less");
  CHECK_TEXT(
      ShapeError, max_pool2d(zeros({1, 1, 4, 1}), {2, 2}, dilated),
      "max_pool2d: with a dilation of 2 and a padding of 1 the window meets none of "
      "the 1 columns at position 0; use less of either");
}

TEST_CASE("texts of losses that cannot be computed") {
  const Tensor x = zeros({2, 3});
  CHECK_TEXT(
      IndexError, cross_entropy(x, longs({0, 3})),
      "cross_entropy: label 3 of sample 1 is none of the 3 classes, which are counted "
      "from 0 to 2");
  CHECK_TEXT(IndexError, cross_entropy(x, longs({-1, 0})),
             "cross_entropy: label -1 of sample 0 is none of the 3 classes, which are "
             "counted from 0 to 2");
  CHECK_TEXT(
      IndexError, one_hot(longs({0, 10}), 10),
      "one_hot: label 10 of sample 1 is none of the 10 classes, which are counted "
      "from 0 to 9");
  CHECK_TEXT(
      ShapeError, one_hot(ones({3}), 10),
      "one_hot: labels of shape (3,) and dtype f32; they must be i64 of shape (n,): "
      "convert with .to(cairn::i64), flatten with .flatten()");
  CHECK_TEXT(
      ShapeError, cross_entropy(x, longs({0})),
      "cross_entropy: a target of shape (1,) and dtype i64 for logits of shape (2, "
      "3); give class numbers as i64 of shape (2,) or probabilities of shape (2, 3)");
  CHECK_TEXT(
      ShapeError, cross_entropy(zeros({3}), longs({0})),
      "cross_entropy: the logits have shape (3,); they must be (samples, classes): "
      "flatten() the rest");
  CHECK_TEXT(
      ValueError, cross_entropy(zeros({0, 3}), longs({})),
      "cross_entropy: a batch of shape (0, 3) holds no samples, and their mean does "
      "not exist; leave it out, or use Reduction::sum");
  CHECK_TEXT(
      ShapeError, mse_loss(zeros({4, 1}), zeros({4})),
      "mse_loss: the prediction has shape (4, 1), the target (4,); they must be the "
      "same, for neither is broadcast here: reshape one of them");
  CHECK_TEXT(
      ValueError, mse_loss(zeros({0}), zeros({0})),
      "mse_loss: a batch of shape (0,) holds no samples, and their mean does not "
      "exist; leave it out, or use Reduction::sum");
  CHECK_TEXT(
      ShapeError, binary_cross_entropy_with_logits(zeros({4, 1}), zeros({4})),
      "binary_cross_entropy_with_logits: the prediction has shape (4, 1), the target "
      "(4,); they must be the same, for neither is broadcast here: reshape one of "
      "them");
}

TEST_CASE("texts of what the tape refuses") {
  Tensor w = ones({3}).requires_grad_();
  CHECK_TEXT(
      Error, w.add_(ones({3})),
      "add_: the tensor of shape (3,) takes part in the tape, and a change in place "
      "would make gradients wrong; use the operation that returns a new tensor, or a "
      "NoGradGuard to update a parameter");
  CHECK_TEXT(
      ShapeError, (w * 2).backward(),
      "backward: a tensor of shape (3,) needs the gradient of the loss with respect "
      "to it as argument; only a tensor of one element starts from 1");
  CHECK_TEXT(
      ShapeError, (w * 2).backward(ones({2})),
      "backward: the given gradient has shape (2,), the tensor has (3,); they must be "
      "the same");
  const Tensor loss = square(w).sum();
  loss.backward();
  CHECK_TEXT(
      Error, loss.backward(),
      "backward: what sum had kept for the backward pass was freed by an earlier "
      "backward(); pass retain_graph = true to the first, or compute the loss again");
  const Tensor again = square(w).sum();
  {
    const NoGradGuard guard;
    w.fill_(2);
  }
  CHECK_TEXT(
      Error, again.backward(),
      "backward of square: a tensor of shape (3,) that it needs was changed in place "
      "after the forward pass (version 2, saved at 1); change a clone() instead, or "
      "change it after backward()");
}

}  // namespace
}  // namespace cairn::test
