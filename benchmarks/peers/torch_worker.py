"""PyTorch from Python, eager and compiled: whole training steps and inference.

With --reference FILE it writes the losses of the first steps in double precision, which all
workers' losses are compared with (../suite/expected_losses.json).
"""

from __future__ import annotations

import json
import sys

import networks
import torch
from torch import nn
from worker import Job, Unsupported, serve, threads_asked


class Residual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential() if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.path(x) + self.shortcut(x))


class Recurrent(nn.Module):
    """The layer's sequence, row by row."""

    def __init__(self, kind: type[nn.Module]):
        super().__init__()
        self.layer = kind(networks.EMBEDDED, networks.HIDDEN, batch_first=True)

    def forward(self, x):
        return self.layer(x)[0].reshape(-1, networks.HIDDEN)


class GptLayer(nn.Module):
    def __init__(self):
        super().__init__()
        width = networks.GPT_WIDTH
        self.in_proj, self.out_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.linear1, self.linear2 = nn.Linear(width, networks.GPT_BETWEEN), nn.Linear(networks.GPT_BETWEEN, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x):
        n, steps, width = x.shape
        q, k, v = (part.view(n, steps, networks.GPT_HEADS, -1).transpose(1, 2)
                   for part in self.in_proj(self.norm1(x)).chunk(3, 2))
        found = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out_proj(found.transpose(1, 2).reshape(n, steps, width))
        return x + self.linear2(nn.functional.gelu(self.linear1(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    """Positions and layers, row by row."""

    def __init__(self):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(networks.GPT_STEPS, networks.GPT_WIDTH))
        self.layers = nn.Sequential(*[GptLayer() for _ in range(networks.GPT_LAYERS)])
        self.norm = nn.LayerNorm(networks.GPT_WIDTH)

    def forward(self, x):
        return self.norm(self.layers(x + self.positions)).flatten(0, 1)


def build(problem: networks.Problem) -> nn.Sequential:
    if problem.network == "mlp":
        layers: list[nn.Module] = []
        for inputs, outputs in zip(problem.widths, problem.widths[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
    elif problem.network == "lenet":
        model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, 10))
    elif problem.network == "cnn":
        model = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 14 * 14, 128), nn.ReLU(), nn.Linear(128, 10))
    elif problem.network == "char-gpt":
        model = nn.Sequential(nn.Embedding(networks.CHARACTERS, networks.GPT_WIDTH), Gpt(),
                              nn.Linear(networks.GPT_WIDTH, networks.CHARACTERS))
    elif problem.of_characters:
        model = nn.Sequential(
            nn.Embedding(networks.CHARACTERS, networks.EMBEDDED),
            Recurrent(nn.LSTM if problem.network == "char-lstm" else nn.GRU),
            nn.Linear(networks.HIDDEN, networks.CHARACTERS))
    else:
        blocks = [Residual(inputs, outputs, 1 if inputs == outputs else 2)
                  for stage, outputs in enumerate((16, 32, 64))
                  for inputs in ((16, 16, 32)[stage], outputs, outputs)]
        model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
                              *blocks, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10))
    fan_in = 1
    with torch.no_grad():
        for index, (parameter, of_norm) in enumerate(parameters_of(model)):
            if parameter.dim() > 1:
                fan_in = parameter[0].numel()
            if not of_norm:
                values = networks.parameter(parameter.numel(), index, fan_in)
                parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))
    return model


def parameters_of(model: nn.Module):
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            yield parameter, isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))


class Training:
    def __init__(self, problem: networks.Problem, layout=torch.contiguous_format, dtype=torch.float32):
        images = problem.of_images
        self.model = build(problem).to(dtype)
        if images:
            self.model = self.model.to(memory_format=layout)
        if problem.optimizer == "sgd":
            self.method = torch.optim.SGD(self.model.parameters(), lr=1e-2, fused=True)
        else:
            self.method = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)
        self.batches = []
        for i in range(networks.BATCHES):
            x = torch.from_numpy(networks.inputs(problem, i))
            x = x.to(dtype) if x.is_floating_point() else x
            if images:
                x = x.contiguous(memory_format=layout)
            self.batches.append((x, torch.from_numpy(networks.labels(problem, problem.batch, i))))
        self.steps = 0
        self.loss = nn.functional.cross_entropy
        self.forward = lambda x, y: self.loss(self.model(x), y)

    def step(self):
        x, y = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        self.method.zero_grad()
        loss = self.forward(x, y)
        loss.backward()
        self.method.step()
        return loss


def train(problem: networks.Problem, compiled: bool) -> Job:
    def make(layout, note: str) -> Job:
        training = Training(problem, layout)
        if compiled:
            training.forward = torch.compile(training.forward)
            training.step()
            training = Training(problem, layout)
            training.forward = torch.compile(training.forward)
        return Job(run=training.step, loss=lambda: training.step().item(), note=note)

    return in_best_layout(problem, make)


def infer(problem: networks.Problem, compiled: bool) -> Job:
    def make(layout, note: str) -> Job:
        model = build(problem).eval()
        x = torch.from_numpy(networks.inputs(problem, 0))
        if problem.of_images:
            model, x = model.to(memory_format=layout), x.contiguous(memory_format=layout)
        forward = torch.compile(model) if compiled else model

        def run():
            with torch.inference_mode():
                return forward(x)

        return Job(run=run, loss=lambda: run().sum().item(), note=note)

    return in_best_layout(problem, make)


def in_best_layout(problem: networks.Problem, make) -> Job:
    if not problem.of_images:
        return make(torch.contiguous_format, "")
    layouts = {"channels last": torch.channels_last, "channels first": torch.contiguous_format}
    return Job.fastest(lambda note: make(layouts[note], note), list(layouts))


def prepare(words: list[str]) -> Job:
    if words[0] in ("train", "infer"):
        return (train if words[0] == "train" else infer)(networks.Problem(words[1:]), "--compile" in sys.argv)
    raise Unsupported(f"not measured with PyTorch from Python: {words[0]}")


def write_reference(path: str) -> None:
    sys.path.insert(0, str(networks.HERE.parent))
    from suite.cases import all_cases
    expected = {}
    for case in all_cases():
        words = case.text.split()
        if words[0] == "train":
            training = Training(networks.Problem(words[1:]), dtype=torch.float64)
            expected[case.text] = [round(training.step().item(), 7) for _ in range(4)]
        elif words[0] == "infer":
            problem = networks.Problem(words[1:])
            x = torch.from_numpy(networks.inputs(problem, 0)).double()
            expected[case.text] = [round(build(problem).eval().double()(x).sum().item(), 7)]
    with open(path, "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if "--reference" in sys.argv:
        write_reference(sys.argv[sys.argv.index("--reference") + 1])
    else:
        torch.set_num_threads(threads_asked())
        torch.set_flush_denormal(True)  # moments at rest would slow Adam down
        how = "torch.compile" if "--compile" in sys.argv else "eager"
        serve(f"PyTorch {torch.__version__}, {how}, {torch.backends.cpu.get_cpu_capability()}", prepare)
