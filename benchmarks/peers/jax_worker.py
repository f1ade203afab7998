"""JAX: whole training steps, each one function that XLA has compiled, and inference."""

from __future__ import annotations

import functools

import jax
import networks
import numpy
from jax import lax
from jax import numpy as jnp
from worker import Job, Unsupported, serve


class Network:
    """Parameters as a list in PyTorch's order, and a function of them; images NCHW or NHWC."""

    def __init__(self, problem: networks.Problem, last: bool):
        self.problem = problem
        self.last = last
        self.parameters: list[numpy.ndarray] = []
        self._fan_in = 1
        self.forward = getattr(self, "_" + problem.network.replace("-", "_"))()

    def _parameter(self, *shape: int, value: float | None = None) -> int:
        index = len(self.parameters)
        if len(shape) > 1:
            self._fan_in = int(numpy.prod(shape[1:]))
        count = int(numpy.prod(shape))
        values = networks.parameter(count, index, self._fan_in) if value is None else numpy.full(
            count, value, numpy.float32)
        self.parameters.append(values.reshape(shape))
        return index

    def _conv(self, inputs: int, outputs: int, size: int, padding: int, stride: int = 1, bias: bool = True):
        w = self._parameter(outputs, inputs, size, size)
        b = self._parameter(outputs) if bias else None
        order = ("NHWC", "HWIO", "NHWC") if self.last else ("NCHW", "OIHW", "NCHW")
        if self.last:
            self.parameters[w] = self.parameters[w].transpose(2, 3, 1, 0)
        channel = (1, 1, 1, -1) if self.last else (1, -1, 1, 1)

        def apply(p, x):
            y = lax.conv_general_dilated(x, p[w], (stride, stride), [(padding, padding)] * 2,
                                         dimension_numbers=order)
            return y if b is None else y + p[b].reshape(channel)
        return apply

    def _linear(self, inputs: int, outputs: int):
        w, b = self._parameter(outputs, inputs), self._parameter(outputs)
        return lambda p, x: x @ p[w].T + p[b]

    def _norm(self, channels: int):
        scale, shift = self._parameter(channels, value=1), self._parameter(channels, value=0)
        shape = (1, 1, 1, -1) if self.last else (1, -1, 1, 1)
        axes = (0, 1, 2) if self.last else (0, 2, 3)

        def apply(p, x):
            mean = x.mean(axes, keepdims=True)
            variance = jnp.square(x - mean).mean(axes, keepdims=True)
            return (x - mean) * lax.rsqrt(variance + 1e-5) * p[scale].reshape(shape) + p[shift].reshape(shape)
        return apply

    def _pool(self, p, x):
        window = (1, 2, 2, 1) if self.last else (1, 1, 2, 2)
        return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")

    def _flatten(self, p, x):
        if self.last:  # the weights that follow are in PyTorch's order
            x = x.transpose(0, 3, 1, 2)
        return x.reshape(x.shape[0], -1)

    @staticmethod
    def _relu(p, x):
        return jnp.maximum(x, 0)

    @staticmethod
    def _chain(*layers):
        def apply(p, x):
            for layer in layers:
                x = layer(p, x)
            return x
        return apply

    def _mlp(self):
        layers = []
        for inputs, outputs in zip(self.problem.widths, self.problem.widths[1:]):
            layers += [self._linear(inputs, outputs), self._relu]
        return self._chain(*layers[:-1])

    def _lenet(self):
        return self._chain(
            self._conv(1, 6, 5, 2), self._relu, self._pool, self._conv(6, 16, 5, 0), self._relu, self._pool,
            self._flatten, self._linear(400, 120), self._relu, self._linear(120, 84), self._relu,
            self._linear(84, 10))

    def _cnn(self):
        return self._chain(self._conv(1, 32, 3, 1), self._relu, self._conv(32, 64, 3, 1), self._relu, self._pool,
                           self._flatten, self._linear(64 * 14 * 14, 128), self._relu, self._linear(128, 10))

    def _recurrent(self, gates: int, cell):
        """Embedding, one recurrent layer of PyTorch's weights, logits for each step."""
        table = self._parameter(networks.CHARACTERS, networks.EMBEDDED)
        rows = gates * networks.HIDDEN
        ih, hh = self._parameter(rows, networks.EMBEDDED), self._parameter(rows, networks.HIDDEN)
        bias_ih, bias_hh = self._parameter(rows), self._parameter(rows)
        head = self._linear(networks.HIDDEN, networks.CHARACTERS)

        def apply(p, x):
            inputs = p[table][x].transpose(1, 0, 2) @ p[ih].T + p[bias_ih]
            zeros = jnp.zeros((x.shape[0], networks.HIDDEN))
            step = functools.partial(cell, p[hh].T, p[bias_hh])
            _, h = lax.scan(step, (zeros, zeros), inputs)
            return head(p, h.transpose(1, 0, 2).reshape(-1, networks.HIDDEN))
        return apply

    def _char_lstm(self):
        def cell(w, b, state, x):
            h, c = state
            i, f, g, o = jnp.split(x + h @ w + b, 4, 1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h
        return self._recurrent(4, cell)

    def _char_gru(self):
        def cell(w, b, state, x):
            h = state[0]
            from_x, from_h = jnp.split(x, 3, 1), jnp.split(h @ w + b, 3, 1)
            r, z = (jax.nn.sigmoid(a + c) for a, c in zip(from_x[:2], from_h[:2]))
            n = jnp.tanh(from_x[2] + r * from_h[2])
            h = (1 - z) * n + z * h
            return (h, state[1]), h
        return self._recurrent(3, cell)

    def _layer_norm(self):
        scale = self._parameter(networks.GPT_WIDTH, value=1)
        shift = self._parameter(networks.GPT_WIDTH, value=0)

        def apply(p, x):
            x = x - x.mean(-1, keepdims=True)
            return x * lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + 1e-5) * p[scale] + p[shift]
        return apply

    def _gpt_layer(self):
        width, heads, between = networks.GPT_WIDTH, networks.GPT_HEADS, networks.GPT_BETWEEN
        into, out = self._linear(width, 3 * width), self._linear(width, width)
        first, second = self._linear(width, between), self._linear(between, width)
        norm1, norm2 = self._layer_norm(), self._layer_norm()

        def apply(p, x):
            n, steps, _ = x.shape
            q, k, v = (part.reshape(n, steps, heads, -1) for part in jnp.split(into(p, norm1(p, x)), 3, -1))
            found = jax.nn.dot_product_attention(q, k, v, is_causal=True)
            x = x + out(p, found.reshape(n, steps, width))
            return x + second(p, jax.nn.gelu(first(p, norm2(p, x)), approximate=True))
        return apply

    def _char_gpt(self):
        table = self._parameter(networks.CHARACTERS, networks.GPT_WIDTH)
        positions = self._parameter(networks.GPT_STEPS, networks.GPT_WIDTH)
        layers = self._chain(*[self._gpt_layer() for _ in range(networks.GPT_LAYERS)], self._layer_norm())
        head = self._linear(networks.GPT_WIDTH, networks.CHARACTERS)
        return lambda p, x: head(p, layers(p, p[table][x] + p[positions]).reshape(-1, networks.GPT_WIDTH))

    def _residual(self, inputs: int, outputs: int, stride: int):
        path = self._chain(self._conv(inputs, outputs, 3, 1, stride, False), self._norm(outputs), self._relu,
                           self._conv(outputs, outputs, 3, 1, 1, False), self._norm(outputs))
        shortcut = (lambda p, x: x) if inputs == outputs else self._chain(
            self._conv(inputs, outputs, 1, 0, stride, False), self._norm(outputs))
        return lambda p, x: jnp.maximum(path(p, x) + shortcut(p, x), 0)

    def _resnet20(self):
        layers = [self._conv(3, 16, 3, 1, 1, False), self._norm(16), self._relu]
        inputs = 16
        for outputs in (16, 32, 64):
            for _ in range(3):
                layers.append(self._residual(inputs, outputs, 1 if inputs == outputs else 2))
                inputs = outputs
        pixels = (1, 2) if self.last else (2, 3)
        return self._chain(*layers, lambda p, x: x.mean(pixels), self._linear(64, 10))


def batch(problem: networks.Problem, i: int, last: bool):
    x = networks.inputs(problem, i)
    if problem.of_characters:
        return jax.device_put(x.astype(numpy.int32))
    return jax.device_put(x.transpose(0, 2, 3, 1) if last else x)


def train_in(problem: networks.Problem, last: bool, note: str) -> Job:
    network = Network(problem, last)
    parameters = [jnp.asarray(p) for p in network.parameters]

    def loss_of(p, x, y):
        logits = network.forward(p, x)
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean()

    def sgd(p, state, x, y):
        loss, g = jax.value_and_grad(loss_of)(p, x, y)
        return [w - 1e-2 * d for w, d in zip(p, g)], state, loss

    def adam(p, state, x, y):
        loss, g = jax.value_and_grad(loss_of)(p, x, y)
        m, v, t = state
        t = t + 1
        m = [0.9 * a + 0.1 * d for a, d in zip(m, g)]
        v = [0.999 * a + 0.001 * d * d for a, d in zip(v, g)]
        rate = 1e-3 / (1 - 0.9 ** t)
        root = 1 / jnp.sqrt(1 - 0.999 ** t)
        p = [w - rate * a / (jnp.sqrt(b) * root + 1e-8) for w, a, b in zip(p, m, v)]
        return p, (m, v, t), loss

    step = jax.jit(sgd if problem.optimizer == "sgd" else adam, donate_argnums=(0, 1))
    zeros = [jnp.zeros_like(p) for p in parameters]
    state = (zeros, [jnp.zeros_like(p) for p in parameters], jnp.float32(0))
    batches = [(batch(problem, i, last), jax.device_put(networks.labels(problem, problem.batch, i).astype(numpy.int32)))
               for i in range(networks.BATCHES)]
    now = {"p": parameters, "state": state, "steps": 0, "loss": None}

    def run():
        x, y = batches[now["steps"] % len(batches)]
        now["steps"] += 1
        now["p"], now["state"], now["loss"] = step(now["p"], now["state"], x, y)

    def loss() -> float:
        run()
        return float(now["loss"])

    return Job(run=run, loss=loss, note=note, finish=lambda: now["loss"].block_until_ready())


def infer_in(problem: networks.Problem, last: bool, note: str) -> Job:
    network = Network(problem, last)
    parameters = [jnp.asarray(p) for p in network.parameters]
    forward = jax.jit(network.forward)
    x = batch(problem, 0, last)
    # Each answer is waited for: someone wants it before asking again.
    return Job(run=lambda: forward(parameters, x).block_until_ready(),
               loss=lambda: float(forward(parameters, x).sum()), note=note)


def prepare(words: list[str]) -> Job:
    if words[0] not in ("train", "infer"):
        raise Unsupported(f"not measured with JAX: {words[0]}")
    problem = networks.Problem(words[1:])
    make = train_in if words[0] == "train" else infer_in
    if not problem.of_images:
        return make(problem, False, "")
    return Job.fastest(lambda note: make(problem, note == "channels last", note),
                       ["channels last", "channels first"])


if __name__ == "__main__":
    serve(f"JAX {jax.__version__}", prepare)
