"""Keras on TensorFlow or on JAX (KERAS_BACKEND): a model trained by fit()."""

from __future__ import annotations

import os

import networks
from worker import Job, Unsupported, serve, threads_asked

if os.environ.get("KERAS_BACKEND") == "tensorflow":
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads_asked())
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)

import keras
from keras import layers


def build(problem: networks.Problem) -> keras.Sequential:
    if problem.network == "mlp":
        *hidden, last = problem.widths[1:]
        parts = [layers.Dense(width, activation="relu") for width in hidden] + [layers.Dense(last)]
        return keras.Sequential([keras.Input((problem.widths[0],)), *parts])
    if problem.network == "lenet":
        return keras.Sequential([
            keras.Input((28, 28, 1)), layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2), layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(120, activation="relu"), layers.Dense(84, activation="relu"),
            layers.Dense(10)])
    if problem.of_characters:
        recurrent = layers.LSTM if problem.network == "char-lstm" else layers.GRU
        return keras.Sequential([
            keras.Input((networks.STEPS,)), layers.Embedding(networks.CHARACTERS, networks.EMBEDDED),
            recurrent(networks.HIDDEN, return_sequences=True), layers.Dense(networks.CHARACTERS)])
    raise Unsupported(f"no {problem.network} for Keras")


def prepare(words: list[str]) -> Job:
    if words[0] != "fit":
        raise Unsupported(f"not measured with Keras: {words[0]}")
    problem = networks.Problem(words[1:])
    count = problem.batch * int(problem.rest[0])
    y = networks.labels(problem, count, 1)
    if problem.of_characters:
        x, y = networks.characters(count, 1), y.reshape(count, networks.STEPS)
    else:
        x = networks.fill(count * 784, 1).reshape(count, *((784,) if problem.network == "mlp" else (28, 28, 1)))
    model = build(problem)
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def fit() -> float:
        return model.fit(x, y, batch_size=problem.batch, epochs=1, verbose=0).history["loss"][-1]

    return Job(run=fit, loss=fit)


if __name__ == "__main__":
    serve(f"Keras {keras.__version__} on {keras.backend.backend()}", prepare)
