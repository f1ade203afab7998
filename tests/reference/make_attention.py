#!/usr/bin/env python3
"""Writes what PyTorch computes: attention.safetensors, cases of the operations as those of
make_reference.py, and transformer.safetensors, cases of PyTorch's own attention and Transformer
modules.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch numpy safetensors
    /tmp/reference/bin/python tests/reference/make_attention.py

A case of a module is a set of tensors whose names begin with the module and its settings: behind "state/"
stand the weights under PyTorch's own names, x0, x1, x2 are the inputs, padding is a key padding
mask, y the result, dy the gradient that arrives for it, and behind "gradient/" is what PyTorch
makes of that for each weight and input. Weights and inputs are numbers that f32 holds exactly
and results are computed in f64.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from make_reference import DRAW, Reference, normal
from safetensors.torch import save_file
from torch import nn

Tensor = torch.Tensor
TENSORS: dict[str, Tensor] = {}


def keep(name: str, value: Tensor) -> None:
    TENSORS[name] = value.detach().contiguous().clone()


def case(name: str, module: nn.Module, shapes: list[tuple[int, ...]], causal: bool,
         padded: bool) -> None:
    """Runs `module` on inputs of these shapes; `padded` hides the last keys of the second sample."""
    with torch.no_grad():
        for parameter in module.parameters():  # biases and norms are not left at 0 and 1
            parameter.copy_(torch.randn(parameter.shape) * 0.4)
    for key, value in module.state_dict().items():
        keep(f"{name}/state/{key}", value)
    module = module.double()
    inputs = [torch.randn(shape) for shape in shapes]
    for i, x in enumerate(inputs):
        keep(f"{name}/x{i}", x)
    wide = [x.double().requires_grad_() for x in inputs]
    keys = shapes[-1][1]
    future = torch.triu(torch.ones(shapes[0][1], keys, dtype=torch.bool), 1) if causal else None
    padding = None
    if padded:
        padding = torch.zeros(shapes[-1][0], keys, dtype=torch.bool)
        padding[1, -2:] = True
        keep(f"{name}/padding", padding.to(torch.uint8))
    if isinstance(module, nn.MultiheadAttention):
        q, k, v = (wide * 3)[:3]
        y, _ = module(q, k, v, key_padding_mask=padding, attn_mask=future, need_weights=False)
    elif isinstance(module, nn.TransformerEncoderLayer):
        y = module(wide[0], src_mask=future, src_key_padding_mask=padding)
    else:
        y = module(wide[0], mask=future, src_key_padding_mask=padding)
    dy = torch.randn(y.shape)
    y.backward(dy.double())
    keep(f"{name}/y", y)
    keep(f"{name}/dy", dy)
    for key, parameter in module.named_parameters():
        keep(f"{name}/gradient/{key}", parameter.grad)
    for i, x in enumerate(wide):
        keep(f"{name}/gradient/x{i}", x.grad)


def layer(**settings: object) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(6, 2, 10, dropout=0.0, batch_first=True, **settings)


def operations(r: Reference) -> None:
    for shape in [(13,), (2, 3, 5)]:
        r.add("gelu", F.gelu, [normal(*shape) * 2], tanh=0)
        r.add("gelu", lambda x: F.gelu(x, approximate="tanh"), [normal(*shape) * 2], tanh=1)
    sizes = [(2, 3, 4, 5, 7, 2), (1, 1, 1, 1, 1, 1), (2, 2, 6, 3, 4, 4), (1, 1, 34, 33, 2, 1)]
    attend = F.scaled_dot_product_attention
    for n, heads, queries, keys, d, e in sizes:
        for causal in [False, True]:
            qkv = [normal(n, heads, queries, d), normal(n, heads, keys, d), normal(n, heads, keys, e)]
            r.add("attention", lambda q, k, v: attend(q, k, v, is_causal=causal), qkv, causal=causal)
        scale = DRAW.choice([0.3, 1.5])
        r.add("attention", lambda q, k, v: attend(q, k, v, scale=scale), qkv, causal=0, scale=scale)
        for shape in [(n, heads, queries, keys), (n, 1, 1, keys), (queries, keys)]:
            added = normal(*shape)
            seen = (torch.rand(shape) < 0.6).to(torch.uint8)
            r.add("attention", lambda q, k, v, m: attend(q, k, v, attn_mask=m), [*qkv, added],
                  fixed=[3], causal=0)
            r.add("attention", lambda q, k, v, m: attend(q, k, v, attn_mask=m.bool()), [*qkv, seen],
                  causal=0)
    for n, length, heads, d in [(2, 5, 3, 7), (1, 1, 1, 2), (1, 33, 2, 2)]:
        def joined(x: Tensor) -> Tensor:
            q, k, v = (part.reshape(n, length, heads, d).transpose(1, 2) for part in x.chunk(3, -1))
            return attend(q, k, v, is_causal=True).transpose(1, 2).reshape(n, length, heads * d)

        r.add("self_attention", joined, [normal(n, length, 3 * heads * d)], heads=heads)


def save(tensors: dict[str, Tensor], name: str) -> None:
    path = Path(__file__).with_name(name)
    save_file(tensors, path, metadata={"made with": f"PyTorch {torch.__version__}"})
    print(f"{len(tensors)} tensors, {path.stat().st_size} bytes: {path}")


def modules() -> None:
    attention = lambda **s: nn.MultiheadAttention(6, 3, batch_first=True, **s)  # noqa: E731
    case("attention", attention(), [(2, 5, 6)], False, False)
    case("attention causal", attention(), [(2, 5, 6)], True, False)
    case("attention padded", attention(), [(2, 5, 6)], False, True)
    case("attention causal padded bias=0", attention(bias=False), [(3, 4, 6)], True, True)
    case("attention cross padded", attention(), [(2, 3, 6), (2, 5, 6), (2, 5, 6)], False, True)
    case("layer", layer(), [(2, 5, 6)], False, False)
    case("layer first causal gelu", layer(norm_first=True, activation="gelu"), [(2, 5, 6)], True, False)
    case("layer padded gelu eps=0.01", layer(activation="gelu", layer_norm_eps=0.01), [(2, 5, 6)], False, True)
    tanh = layer(norm_first=True, activation=nn.GELU(approximate="tanh"), bias=False)
    case("layer first tanh bias=0", tanh, [(2, 5, 6)], False, False)
    encoder = nn.TransformerEncoder(layer(norm_first=True, activation="gelu"), 2, nn.LayerNorm(6),
                                    enable_nested_tensor=False)
    case("encoder first causal gelu norm", encoder, [(2, 5, 6)], True, False)
    case("encoder padded", nn.TransformerEncoder(layer(), 3, enable_nested_tensor=False), [(2, 4, 6)], False, True)


def main() -> None:
    torch.manual_seed(2026)
    reference = Reference()
    operations(reference)
    save(reference.tensors, "attention.safetensors")
    modules()
    save(TENSORS, "transformer.safetensors")


if __name__ == "__main__":
    main()
