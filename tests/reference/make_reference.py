#!/usr/bin/env python3
"""Writes reference.safetensors: what PyTorch computes for random cases of every operation.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch numpy safetensors
    /tmp/reference/bin/python tests/reference/make_reference.py

The tests read the file and need no Python. A case is a set of tensors whose names begin
with the operation and its settings: "conv2d stride=2,1 groups=2 #31/x0" is the first input
of case 31; y is the result, dy the gradient that arrives for it, dx0 what PyTorch makes of
that for the first input. Inputs are numbers that f32 holds exactly and results are
computed in f64, so that one file serves both.
"""

import random
from pathlib import Path
from typing import Callable, Sequence

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

Tensor = torch.Tensor
DRAW = random.Random(2025)


class Reference:
    """Collects the cases."""

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self.cases = 0

    def begin(self, operation: str, settings: dict[str, object]) -> str:
        words = [operation]
        for key, value in settings.items():
            values = value if isinstance(value, (tuple, list)) else (value,)
            numbers = (int(v) if isinstance(v, bool) else v for v in values)
            words.append(key + "=" + ",".join(str(v) for v in numbers))
        self.cases += 1
        return " ".join(words) + f" #{self.cases}/"

    def keep(self, name: str, value: Tensor) -> None:
        self.tensors[name] = value.detach().contiguous().clone()

    def add(self, operation: str, f: Callable[..., Tensor], inputs: Sequence[Tensor],
            fixed: Sequence[int] = (), **settings: object) -> None:
        """f(*inputs) and its gradients, save for the inputs numbered in `fixed`."""
        case = self.begin(operation, settings)
        wide = []
        for i, x in enumerate(inputs):
            self.keep(f"{case}x{i}", x)
            x = x.double() if x.is_floating_point() else x
            wide.append(x.requires_grad_(x.is_floating_point() and i not in fixed))
        y = f(*wide)
        dy = normal(*y.shape)
        y.backward(dy.double())
        self.keep(f"{case}y", y)
        self.keep(f"{case}dy", dy)
        for i, x in enumerate(wide):
            if x.requires_grad:
                self.keep(f"{case}dx{i}", x.grad)

    def steps(self, operation: str, make: Callable[..., torch.optim.Optimizer],
              **settings: object) -> None:
        """Ten steps of an optimizer against given gradients."""
        case = self.begin(operation, settings)
        start, gradients = normal(3, 5), normal(10, 3, 5)
        w = start.double().requires_grad_()
        optimizer = make([w], **{k: v for k, v in settings.items()})
        path = []
        for gradient in gradients:
            w.grad = gradient.double()
            optimizer.step()
            path.append(w.detach().clone())
        self.keep(f"{case}x0", start)
        self.keep(f"{case}x1", gradients)
        self.keep(f"{case}y", torch.stack(path))


def normal(*shape: int) -> Tensor:
    return torch.randn(shape)


def positive(*shape: int) -> Tensor:
    return torch.rand(shape) * 2 + 0.25


def distinct(*shape: int) -> Tensor:
    """No two equal, none near a whole number."""
    count = torch.Size(shape).numel()
    return (torch.randperm(count) * 0.25 - 0.125 * count + 0.0625).reshape(shape)


def arithmetic(r: Reference) -> None:
    pairs = [((3, 1, 2), (4, 1)), ((5, 7), (7,)), ((), (2, 3)), ((2, 3, 2), (2, 3, 2))]
    for a, b in pairs:
        r.add("add", torch.add, [normal(*a), normal(*b)])
        r.add("sub", torch.sub, [normal(*a), normal(*b)])
        r.add("mul", torch.mul, [normal(*a), normal(*b)])
        r.add("div", torch.div, [normal(*a), positive(*b)])
        r.add("maximum", torch.maximum, [normal(*a), normal(*b)])
        r.add("minimum", torch.minimum, [normal(*a), normal(*b)])
    ties = torch.tensor([[1.0, 2, 3, 3]])
    r.add("maximum", torch.maximum, [ties, ties.t().contiguous()])
    r.add("minimum", torch.minimum, [ties, ties.t().contiguous()])
    r.add("affine", lambda x: 1.5 * x - 0.25, [normal(3, 7)], scale=1.5, shift=-0.25)
    r.add("quotient", lambda x: x / 3, [normal(3, 7)], by=3)
    mask = torch.randint(0, 2, (3, 1, 5), dtype=torch.uint8)
    r.add("where", lambda m, a, b: torch.where(m.bool(), a, b),
          [mask, normal(4, 1), normal(4, 5)])


def functions(r: Reference) -> None:
    for shape in [(13,), (2, 3, 5)]:
        r.add("exp", torch.exp, [normal(*shape)])
        r.add("log", torch.log, [positive(*shape)])
        r.add("sqrt", torch.sqrt, [positive(*shape)])
        r.add("square", torch.square, [normal(*shape)])
        r.add("abs", torch.abs, [distinct(*shape)])
        r.add("relu", torch.relu, [distinct(*shape)])
        r.add("sigmoid", torch.sigmoid, [normal(*shape) * 4])
        r.add("tanh", torch.tanh, [normal(*shape) * 2])
        low, high = -1.0, 0.75
        r.add("clamp", lambda x: torch.clamp(x, -1.0, 0.75), [distinct(*shape)],
              low=low, high=high)
    for power in [3.0, 0.5, -1.5, 0.0]:
        r.add("pow", lambda x, p=power: torch.pow(x, p), [positive(2, 5)], power=power)


def views(r: Reference) -> None:
    x = normal(2, 3, 4)
    r.add("reshape", lambda t: t.reshape(6, 4), [x], to=(6, 4))
    r.add("reshape", lambda t: t.reshape(4, 6), [x], to=(4, -1))
    r.add("permute", lambda t: t.permute(2, 0, 1), [x], order=(2, 0, 1))
    r.add("slice", lambda t: t[:, :, 1:4:2], [x], at=(2, 1, 4, 2))
    r.add("slice", lambda t: t[1:2], [x], at=(0, -1, 9, 1))
    r.add("select", lambda t: t[:, -1], [x], at=(1, -1))
    r.add("expand", lambda t: t.expand(4, 3, 2), [normal(3, 1)], to=(4, 3, 2))
    r.add("contiguous", lambda t: t.permute(1, 2, 0).contiguous(), [x], order=(1, 2, 0))
    r.add("clone", torch.clone, [x])
    r.add("cat", lambda a, b, c: torch.cat([a, b, c], 1),
          [normal(2, 3), normal(2, 1), normal(2, 4)], dim=1)
    r.add("stack", lambda a, b: torch.stack([a, b], -1), [normal(2, 3), normal(2, 3)], dim=-1)
    r.add("to", lambda t: t, [normal(7)])


def reductions(r: Reference) -> None:
    x = distinct(3, 5, 4)
    for dims, keepdim in [((0, 1, 2), False), ((0, 2), True), ((1,), False), ((-1,), True)]:
        keep = {"dims": dims, "keepdim": int(keepdim)}
        r.add("sum", lambda t: t.sum(dims, keepdim), [normal(3, 5, 4)], **keep)
        r.add("mean", lambda t: t.mean(dims, keepdim), [normal(3, 5, 4)], **keep)
        r.add("amax", lambda t: torch.amax(t, dims, keepdim), [x], **keep)
        r.add("amin", lambda t: torch.amin(t, dims, keepdim), [x], **keep)
    r.add("amax", lambda t: torch.amax(t, (1,)), [torch.tensor([[1.0, 3, 3], [2, 2, 2]])],
          dims=(1,), keepdim=0)
    for dim in [0, 1, 2, -1]:
        y = normal(3, 5, 4) * 3
        r.add("softmax", lambda t: torch.softmax(t, dim), [y], dim=dim)
        r.add("log_softmax", lambda t: torch.log_softmax(t, dim), [y], dim=dim)
        r.add("logsumexp", lambda t: torch.logsumexp(t, dim), [y], dim=dim)


def products(r: Reference) -> None:
    for a, b in [((3, 5), (5, 2)), ((17, 9), (9, 13)), ((5,), (5,)), ((5,), (5, 3)),
                 ((3, 5), (5,)), ((2, 3, 5), (5, 4)), ((3, 5), (2, 5, 4)),
                 ((2, 1, 3, 5), (4, 5, 2)), ((4, 3, 2), (2,)), ((1, 31), (31, 1))]:
        r.add("matmul", torch.matmul, [normal(*a), normal(*b)])
    for x in [(7, 5), (5,), (2, 3, 5)]:
        r.add("linear", F.linear, [normal(*x), normal(4, 5), normal(4)])
        r.add("linear", F.linear, [normal(*x), normal(11, 5)])


def losses(r: Reference) -> None:
    for reduction in ["mean", "sum", "none"]:
        how = {"reduction": reduction}
        for n, classes, scale in [(7, 5, 1), (3, 10, 30), (1, 1, 1)]:
            labels = torch.randint(0, classes, (n,))
            r.add("cross_entropy", lambda x, t: F.cross_entropy(x, t, **how),
                  [normal(n, classes) * scale, labels], **how)
        shares = torch.softmax(normal(5, 4), 1)
        r.add("cross_entropy", lambda x, t: F.cross_entropy(x, t, **how),
              [normal(5, 4) * 2, shares], fixed=[1], **how)
        r.add("mse", lambda a, b: F.mse_loss(a, b, **how), [normal(3, 5), normal(3, 5)], **how)
        r.add("bce", lambda z, t: F.binary_cross_entropy_with_logits(z, t, **how),
              [normal(3, 5) * 6, torch.rand(3, 5)], fixed=[1], **how)


def window(kernel: int, pooling: bool) -> tuple[int, int, int, int]:
    """Stride, padding, dilation and the least extent along one axis."""
    stride, dilation = DRAW.randint(1, 3), DRAW.randint(1, 2)
    padding = DRAW.randint(0, kernel // 2 if pooling else 2)
    least = max(dilation * (kernel - 1) + 1 - 2 * padding, dilation)
    return stride, padding, dilation, least


def images(r: Reference) -> None:
    for i in range(28):
        groups = DRAW.choice([1, 1, 2, 3])
        channels, out = groups * DRAW.randint(1, 2), groups * DRAW.randint(1, 3)
        kernel = DRAW.randint(1, 3), DRAW.randint(1, 3)
        (s0, p0, d0, h), (s1, p1, d1, w) = (window(k, False) for k in kernel)
        how = {"stride": (s0, s1), "padding": (p0, p1), "dilation": (d0, d1)}
        x = normal(DRAW.randint(1, 2), channels, h + DRAW.randint(0, 3), w + DRAW.randint(0, 3))
        inputs = [x, normal(out, channels // groups, *kernel)] + [normal(out)] * (i % 2)
        r.add("conv2d",
              lambda x, w, b=None: F.conv2d(x, w, b, groups=groups, **how), inputs,
              groups=groups, **how)
    for _ in range(8):
        kernel = DRAW.randint(1, 4), DRAW.randint(1, 4)
        (s0, p0, d0, h), (s1, p1, d1, w) = (window(k, True) for k in kernel)
        shape = (DRAW.randint(1, 2), 2, h + DRAW.randint(0, 4), w + DRAW.randint(0, 4))
        how = {"stride": (s0, s1), "padding": (p0, p1), "dilation": (d0, d1)}
        r.add("max_pool2d", lambda x: F.max_pool2d(x, kernel, **how), [distinct(*shape)],
              kernel=kernel, **how)
        how = {"stride": (s0, s1), "padding": (p0, p1)}
        shape = (shape[0], 2, shape[2] + kernel[0], shape[3] + kernel[1])
        r.add("avg_pool2d", lambda x: F.avg_pool2d(x, kernel, **how), [normal(*shape)],
              kernel=kernel, **how)


def networks(r: Reference) -> None:
    """Everything together: the loss of a small network and all its gradients."""
    labels = torch.randint(0, 4, (5,))

    def perceptron(x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor,
                   t: Tensor) -> Tensor:
        return F.cross_entropy(F.linear(torch.relu(F.linear(x, w1, b1)), w2, b2), t)

    r.add("perceptron", perceptron,
          [normal(5, 7), normal(6, 7), normal(6), normal(4, 6), normal(4), labels])

    def lenet(x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, t: Tensor) -> Tensor:
        x = F.max_pool2d(torch.relu(F.conv2d(x, w1, b1, padding=1)), 2)
        return F.cross_entropy(F.linear(x.flatten(1), w2, b2), t)

    r.add("lenet", lenet, [normal(5, 1, 6, 6), normal(3, 1, 3, 3), normal(3),
                           normal(4, 27), normal(4), labels])


def optimizers(r: Reference) -> None:
    sgd, adam = torch.optim.SGD, torch.optim.Adam
    r.steps("sgd", sgd, lr=0.1)
    r.steps("sgd", sgd, lr=0.1, weight_decay=0.05)
    r.steps("sgd", sgd, lr=0.1, momentum=0.9)
    r.steps("sgd", sgd, lr=0.05, momentum=0.8, weight_decay=0.01)
    r.steps("sgd", sgd, lr=0.05, momentum=0.9, nesterov=True)
    r.steps("sgd", sgd, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1)
    r.steps("adam", adam)
    r.steps("adam", adam, lr=0.02)
    r.steps("adam", adam, lr=0.02, betas=(0.8, 0.99), eps=1e-3)
    r.steps("adam", adam, lr=0.02, weight_decay=0.1)


def normalisation(r: Reference) -> None:
    def trained_then_still(x: Tensor, w: Tensor, b: Tensor, mean: Tensor, var: Tensor,
                           momentum: float) -> Tensor:
        """The second term sees the running statistics that the first left."""
        mean, var = mean.clone(), var.clone()
        y = F.batch_norm(x, mean, var, w, b, True, momentum)
        return y + F.batch_norm(x, mean, var, w, b, False) / 2

    for i, shape in enumerate([(5, 3), (4, 3, 7), (3, 4, 5, 2), (2, 17, 3, 3)]):
        vectors = [normal(shape[1]) for _ in range(3)] + [positive(shape[1])]
        momentum, eps = DRAW.choice([0.1, 0.3]), DRAW.choice([1e-5, 1e-2])
        x = normal(*shape) * 2 + 0.5
        for training in [True, False]:
            r.add("batch_norm", lambda x, w, b, m, v: F.batch_norm(
                x, m.clone(), v.clone(), w, b, training, momentum, eps),
                [x, *vectors], fixed=(3, 4), training=training, momentum=momentum, eps=eps)
            r.add("batch_norm_relu", lambda x, w, b, m, v: F.relu(F.batch_norm(
                x, m.clone(), v.clone(), w, b, training, momentum, eps)),
                [x, *vectors], fixed=(3, 4), training=training, momentum=momentum, eps=eps)
        r.add("batch_norm_twice",
              lambda x, w, b, m, v: trained_then_still(x, w, b, m, v, momentum),
              [x, *vectors], fixed=(3, 4), momentum=momentum)
        last = shape[-1 - i // 2:]
        r.add("layer_norm", lambda x, w, b: F.layer_norm(x, last, w, b, eps),
              [x, normal(*last), normal(*last)], last=len(last), eps=eps)
    for to in [(1, 1), (3, 2)]:
        r.add("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, to),
              [normal(3, 5, 6, 4)], to=to)


def recurrent(r: Reference) -> None:
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    plans = [(1, 1, 3, 7, 1, 0), (3, 5, 2, 4, 1, 0), (2, 3, 4, 9, 1, 1), (3, 4, 2, 3, 2, 1)]

    def run(kind: str, sizes: tuple[int, ...], states: int, lengths: Tensor | None,
            *inputs: Tensor) -> Tensor:
        """All results in one row, in Cairn's order: y, h, c."""
        n, steps, size, hidden, layers, bidirectional = sizes
        layer = kinds[kind](size, hidden, layers, batch_first=True,
                            bidirectional=bool(bidirectional)).double()
        names = [name for name, _ in layer.named_parameters()]
        x, state, weights = inputs[0], inputs[1:1 + states], inputs[1 + states:]
        if lengths is not None:
            x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True,
                                                        enforce_sorted=False)
        start = state if states == 2 else state[0]
        y, end = torch.func.functional_call(layer, dict(zip(names, weights)), (x, start))
        if lengths is not None:
            y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True,
                                                          total_length=steps)
        ends = end if states == 2 else (end,)
        return torch.cat([t.flatten() for t in (y, *ends)])

    for kind in kinds:
        states = 2 if kind == "lstm" else 1
        for sizes in plans:
            n, steps, size, hidden, layers, bidirectional = sizes
            layer = kinds[kind](size, hidden, layers, bidirectional=bool(bidirectional))
            inputs = [normal(n, steps, size)]
            inputs += [normal(layers * (1 + bidirectional), n, hidden) for _ in range(states)]
            inputs += [p.detach() for p in layer.parameters()]
            how = {"hidden": hidden, "layers": layers, "bidirectional": bidirectional}
            r.add(kind, lambda *t: run(kind, sizes, states, None, *t), inputs, **how)
            if n > 1:
                lengths = torch.tensor([1 + (2 * i + 1) % steps for i in range(n)])
                r.add(kind, lambda *t: run(kind, sizes, states, lengths, *t), inputs,
                      lengths=tuple(lengths.tolist()), **how)
    for padding in [None, 2]:
        indices = torch.tensor([[4, 0, 2], [2, 2, 1]])
        r.add("embedding", lambda i, w: F.embedding(i, w, padding), [indices, normal(6, 5)],
              padding=-100 if padding is None else padding)


def weights_file() -> None:
    """A file of weights as PyTorch saves it, and what they make of a sequence."""
    layer = torch.nn.LSTM(3, 5, 2, batch_first=True, bidirectional=True)
    x = normal(2, 4, 3)
    here = Path(__file__).parent
    save_file(layer.state_dict(), here / "lstm_weights.safetensors")
    y = layer.double()(x.double())[0].detach().contiguous()
    save_file({"x": x, "y": y}, here / "lstm_run.safetensors")


def main() -> None:
    torch.manual_seed(2025)
    reference = Reference()
    for part in [arithmetic, functions, views, reductions, products, losses, images,
                 networks, optimizers, normalisation, recurrent]:
        part(reference)
    weights_file()
    path = Path(__file__).with_name("reference.safetensors")
    save_file(reference.tensors, path, metadata={"made with": f"PyTorch {torch.__version__}"})
    print(f"{reference.cases} cases, {path.stat().st_size} bytes: {path}")


if __name__ == "__main__":
    main()
