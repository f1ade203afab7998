#!/usr/bin/env python3
"""Writes training.safetensors: what PyTorch's optimizers do, step by step.

    /tmp/reference/bin/python tests/reference/make_training.py

See make_reference.py, whose format it is.
"""

from pathlib import Path

import torch
from make_reference import Reference
from safetensors.torch import save_file

Tensor = torch.Tensor


def optimizers(r: Reference) -> None:
    sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
    rmsprop, adagrad = torch.optim.RMSprop, torch.optim.Adagrad
    r.steps("sgd", sgd, lr=0.1, momentum=0.9, dampening=0.4, weight_decay=0.1)
    r.steps("adam", adam, lr=0.05, betas=(0.7, 0.6), amsgrad=True)
    r.steps("adamw", adamw)
    r.steps("adamw", adamw, lr=0.02, weight_decay=0.5)
    r.steps("adamw", adamw, lr=0.02, betas=(0.8, 0.7), eps=1e-3, weight_decay=1.5)
    r.steps("adamw", adamw, lr=0.05, betas=(0.7, 0.6), amsgrad=True, weight_decay=0.3)
    r.steps("rmsprop", rmsprop)
    r.steps("rmsprop", rmsprop, lr=0.02, alpha=0.8, eps=1e-3, weight_decay=0.2)
    r.steps("rmsprop", rmsprop, lr=0.02, momentum=0.7)
    r.steps("rmsprop", rmsprop, lr=0.01, centered=True)
    r.steps("rmsprop", rmsprop, lr=0.01, alpha=0.9, centered=True, momentum=0.5,
            weight_decay=0.1)
    r.steps("adagrad", adagrad)
    r.steps("adagrad", adagrad, lr=0.3, lr_decay=0.2, weight_decay=0.1)
    r.steps("adagrad", adagrad, lr=0.3, initial_accumulator_value=0.5, eps=1e-2)


def main() -> None:
    torch.manual_seed(2026)
    reference = Reference()
    optimizers(reference)
    path = Path(__file__).with_name("training.safetensors")
    save_file(reference.tensors, path, metadata={"made with": f"PyTorch {torch.__version__}"})
    print(f"{reference.cases} cases, {path.stat().st_size} bytes: {path}")


if __name__ == "__main__":
    main()
