#!/usr/bin/env python3
"""Finds the polynomials of src/cairn/kernels/math/functions.inc.

Remez's exchange: the polynomial p of a given degree whose largest weighted error
|weight(x) · (p(x) − f(x))| over an interval is least has an error that reaches its
maximum, with alternating signs, at degree + 2 points. Guess the points, solve for p and
the maximum, move each point to where the error really is largest, and repeat.

Given the path of functions.inc, says whether its coefficients are these, to the last
digit; without it, prints them. Standard library only; 50 digits; takes a second.
"""
from __future__ import annotations

import struct
import sys
from decimal import Decimal, getcontext
from typing import Callable

getcontext().prec = 50
Function = Callable[[Decimal], Decimal]


def solve(rows: list[list[Decimal]]) -> list[Decimal]:
    """Gauss-Jordan elimination of an augmented matrix, pivoting by column."""
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(n):
            if r != i and rows[r][i] != 0:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[n] for row in rows]


def evaluate(coefficients: list[Decimal], x: Decimal) -> Decimal:
    total = Decimal(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def extrema(points: list[Decimal], errors: list[Decimal]) -> list[Decimal]:
    """The point of largest error in each stretch of one sign."""
    best: list[int] = []
    for i, error in enumerate(errors):
        if best and (error > 0) == (errors[best[-1]] > 0):
            if abs(error) > abs(errors[best[-1]]):
                best[-1] = i
        else:
            best.append(i)
    return [points[i] for i in best]


def remez(f: Function, weight: Function, low: Decimal, high: Decimal,
          degree: int) -> tuple[list[Decimal], Decimal]:
    grid = [low + (high - low) * i / 2001 for i in range(2002)]
    target = [f(x) for x in grid]
    scale = [weight(x) for x in grid]
    nodes = [grid[round(2001 * (i + Decimal("0.5")) / (degree + 2))]
             for i in range(degree + 2)]
    for _ in range(12):
        rows = []
        for i, x in enumerate(nodes):
            powers = [x ** k for k in range(degree + 1)]
            rows.append(powers + [(-1) ** i / weight(x), f(x)])
        coefficients = solve(rows)[:-1]
        errors = [w * (evaluate(coefficients, x) - t)
                  for x, w, t in zip(grid, scale, target)]
        nodes = extrema(grid, errors)
        while len(nodes) > degree + 2:  # drop the weaker end
            ends = [abs(weight(x) * (evaluate(coefficients, x) - f(x)))
                    for x in (nodes[0], nodes[-1])]
            nodes = nodes[1:] if ends[0] < ends[1] else nodes[:-1]
        if len(nodes) < degree + 2:
            raise ArithmeticError("the error changes sign too seldom")
    return coefficients, max(abs(e) for e in errors)


def as_float(x: Decimal) -> float:
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def literal(x: Decimal) -> str:
    """The float nearest x as C++ writes it."""
    return f"{as_float(x):.9g}f"


def fits() -> dict[str, tuple[list[Decimal], Decimal]]:
    # n is rounded from a rounded x / ln 2, so r may lie a little beyond.
    half_ln2 = Decimal(2).ln() / 2 + Decimal("1e-4")
    third = Decimal(1) / 3
    return {
        "exp(r) = 1 + r + r^2 q(r)":
            remez(lambda r: (r.exp() - 1 - r) / (r * r),
                  lambda r: r * r / r.exp(), -half_ln2, half_ln2, 4),
        "log(1 + f) = f + f^2 q(f)":
            remez(lambda f: ((1 + f).ln() - f) / (f * f),
                  lambda f: abs(f * f / (1 + f).ln()), -third, third, 8),
    }


def main() -> int:
    source = open(sys.argv[1], encoding="utf-8").read() if len(sys.argv) > 1 else None
    missing = 0
    for name, (coefficients, error) in fits().items():
        print(f"{name}: relative error 2^{error.ln() / Decimal(2).ln():.1f}")
        for power, c in enumerate(coefficients):
            found = source is None or f" {literal(c)})" in source or f"({literal(c)})" in source
            missing += not found
            print(f"  q_{power} = {literal(c)}{'' if found else '  MISSING'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
