"""Results as lines of text for people."""

from __future__ import annotations

OWN = {"cairn-1-thread"}  # other runs of Cairn: shown, but no peers


def peers_of(entry: dict) -> dict[str, dict]:
    return {name: peer for name, peer in entry.get("peers", {}).items() if name not in OWN}


def best_peer(entry: dict) -> tuple[str, dict] | None:
    """The peer that leaves Cairn the least lead."""
    found = peers_of(entry)
    if not found:
        return None
    name = min(found, key=lambda peer: found[peer]["ratio"])
    return name, found[name]


def amount(entry: dict, seconds: float) -> str:
    """How fast that is, in the unit of the group."""
    if entry["group"] in ("gemm", "conv"):
        return f"{1e-9 * entry['work'] / seconds:.1f}"
    if entry["group"] == "elementwise":
        return f"{1e-9 * entry['work'] / seconds:.2f}"
    if entry["group"] == "fit":
        seconds /= entry["work"]
    return f"{1e6 * seconds:,.0f}"


UNITS = {"gemm": "GFLOP/s", "conv": "GFLOP/s", "elementwise": "elements/ns", "train": "µs a step",
         "fit": "µs a step", "infer": "µs a call"}


def is_fault(reason: str) -> bool:
    """Whether a peer was left out for something wrong, not for lack of such a kernel."""
    return reason.startswith(("wrong", "worker", "error"))


def line(entry: dict) -> str:
    """"gemm NT 32 128 784  1t  105.2 (88 %)  best onednn 0.97 [0.95, 0.99]  openblas 1.20 …" """
    head = f"{entry['case']:<42} {entry['threads']}t"
    if "cairn_missing" in entry:
        return f"{head}  Cairn has none: {entry['cairn_missing']}"
    mine = amount(entry, entry["cairn"]["seconds"])
    text = f"{head} {mine:>9} {UNITS[entry['group']]}"
    if entry["group"] in ("gemm", "conv"):
        share = 1e-9 * entry["work"] / entry["cairn"]["seconds"] / (entry["peak_gflops"] * entry["threads"])
        text += f" {100 * share:4.0f} %"
    best = best_peer(entry)
    for name, peer in sorted(entry["peers"].items(), key=lambda item: item[1]["ratio"]):
        mark = "*" if best and name == best[0] else " "
        text += f" {mark}{name} {peer['ratio']:.2f} [{peer['low']:.2f} {peer['high']:.2f}]"
    for name, reason in entry["out"].items():
        if is_fault(reason):
            text += f"  {name} left out: {reason}"
    return text


EXPLANATION = """\
Figures are Cairn's; after each peer's name its time over Cairn's: above 1 Cairn is faster. The median of the
ratios of pairs and, in brackets, their quartiles. * marks the best peer; % is the share of the FMA peak."""
