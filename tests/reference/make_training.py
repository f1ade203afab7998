#!/usr/bin/env python3
"""Writes training.safetensors: what PyTorch's optimizers and schedules do, step by step.

    /tmp/reference/bin/python tests/reference/make_training.py

See make_reference.py, whose format it is. A schedule's y has a row for the beginning and one
for each call of step(): learning rate and momentum.
"""

import math
import warnings
from pathlib import Path
from typing import Callable

import torch
from make_reference import Reference, normal
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


def state(optimizer: torch.optim.Optimizer) -> list[float]:
    group = optimizer.param_groups[0]
    return [group["lr"], group["betas"][0] if "betas" in group else group["momentum"]]


def follow(r: Reference, name: str, make: Callable, steps: int, lr: float = 0.1,
           adam: bool = False, figures: Tensor | None = None, **settings: object) -> None:
    """A schedule's rates; settings whose names begin with _ are for Cairn alone."""
    case = r.begin(name, {"lr": lr, "adam": adam, **settings})
    w = torch.zeros(1, requires_grad=True)
    optimizer = (torch.optim.Adam([w], lr=lr) if adam
                 else torch.optim.SGD([w], lr=lr, momentum=0.9))
    schedule = make(optimizer, **{k: v for k, v in settings.items() if k[0] != "_"})
    rows = [state(optimizer)]
    for i in range(steps):
        schedule.step() if figures is None else schedule.step(figures[i].item())
        rows.append(state(optimizer))
    if figures is not None:
        r.keep(f"{case}x0", figures)
    r.keep(f"{case}y", torch.tensor(rows, dtype=torch.float64))


def schedules(r: Reference) -> None:
    lr = torch.optim.lr_scheduler
    follow(r, "StepLR", lr.StepLR, 13, step_size=3)
    follow(r, "StepLR", lr.StepLR, 13, lr=0.7, step_size=5, gamma=0.3)
    follow(r, "MultiStepLR", lr.MultiStepLR, 12, milestones=(2, 3, 7), gamma=0.5)
    follow(r, "MultiStepLR", lr.MultiStepLR, 12, milestones=(9, 4))
    follow(r, "ExponentialLR", lr.ExponentialLR, 20, gamma=0.83)
    follow(r, "CosineAnnealingLR", lr.CosineAnnealingLR, 7, T_max=7)
    follow(r, "CosineAnnealingLR", lr.CosineAnnealingLR, 25, lr=0.3, T_max=8, eta_min=0.01)
    follow(r, "LinearLR", lr.LinearLR, 9)
    follow(r, "LinearLR", lr.LinearLR, 9, start_factor=0.1, end_factor=0.6, total_iters=7)
    one = lr.OneCycleLR
    follow(r, "OneCycleLR", one, 20, max_lr=0.5, total_steps=20)
    follow(r, "OneCycleLR", one, 19, max_lr=0.5, total_steps=19, adam=True)
    follow(r, "OneCycleLR", one, 29, max_lr=2, total_steps=30, pct_start=0.4,
           anneal_strategy="linear", base_momentum=0.6, max_momentum=0.9, div_factor=10,
           final_div_factor=100)
    follow(r, "OneCycleLR", one, 30, max_lr=2, total_steps=30, pct_start=0.35,
           three_phase=True)
    follow(r, "OneCycleLR", one, 30, max_lr=2, total_steps=31, cycle_momentum=False)

    def warm_up(optimizer: torch.optim.Optimizer) -> lr.LRScheduler:
        return lr.SequentialLR(optimizer, [
            lr.LinearLR(optimizer, 0.1, 1.0, 4), lr.CosineAnnealingLR(optimizer, 9, 0.001),
            lr.ExponentialLR(optimizer, 0.5)], [4, 11])

    follow(r, "SequentialLR", warm_up, 18, lr=0.4)
    plateau = lr.ReduceLROnPlateau
    falling = torch.tensor([5, 4, 4.1, 3.9999, 4, 4, 3, 3, 3, 3, 3, 3, 3, math.nan, 3, 2, 2, 2,
                            2, 1.5, 1.5, 1.5, 1.5, 1.5], dtype=torch.float64)
    follow(r, "ReduceLROnPlateau", plateau, 24, figures=falling, patience=2)
    follow(r, "ReduceLROnPlateau", plateau, 24, figures=falling, patience=1, factor=0.5,
           cooldown=3, min_lr=0.02)
    follow(r, "ReduceLROnPlateau", plateau, 24, figures=falling, patience=0, factor=0.9,
           threshold=0.5, threshold_mode="abs", eps=0.005)
    follow(r, "ReduceLROnPlateau", plateau, 24, figures=-falling, patience=2, mode="max",
           threshold=0.1)


def clipping(r: Reference) -> None:
    def clip(name: str, f: Callable, scale: float = 1, **settings: object) -> None:
        case = r.begin(name, settings)
        parameters = []
        for i, shape in enumerate([(3, 5), (7,), (2, 2, 2)]):
            w = torch.zeros(*shape, dtype=torch.float64, requires_grad=True)
            w.grad = (normal(*shape) * scale).double()
            r.keep(f"{case}x{i}", w.grad.float())
            w.grad = w.grad.float().double()
            parameters.append(w)
        total = f(parameters, **settings)
        r.keep(f"{case}y", torch.zeros(1) if total is None else total.double())
        for i, w in enumerate(parameters):
            r.keep(f"{case}dx{i}", w.grad)

    norm, value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
    for norm_type in [2.0, 1.0, 3.5, math.inf]:
        clip("clip_grad_norm_", norm, max_norm=0.5, norm_type=norm_type)
    clip("clip_grad_norm_", norm, max_norm=100.0)
    clip("clip_grad_norm_", norm, scale=1e-7, max_norm=1e-6)
    clip("clip_grad_norm_", norm, max_norm=0.0)
    clip("clip_grad_value_", value, clip_value=0.25)


def main() -> None:
    warnings.filterwarnings("ignore", "Detected call of")
    torch.manual_seed(2026)
    reference = Reference()
    for part in [optimizers, schedules, clipping]:
        part(reference)
    path = Path(__file__).with_name("training.safetensors")
    save_file(reference.tensors, path, metadata={"made with": f"PyTorch {torch.__version__}"})
    print(f"{reference.cases} cases, {path.stat().st_size} bytes: {path}")


if __name__ == "__main__":
    main()
