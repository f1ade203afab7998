"""What the inner loops of the kernels are made of, read from their object files.

For every innermost loop: its instructions, by kind; vectors that it moves to or from the
stack; and, if there is an llvm-mca, how many cycles that expects a turn to take, beside
what the FMAs alone need. --check says which micro-kernels move vectors over the stack.

usage: inner_loops.py [--match REGEX] [--at-least FMAS] [--mca PROGRAM] OBJECT...
       inner_loops.py --check OBJECT...
"""

import argparse
import re
import subprocess
import sys
from collections import namedtuple

Loop = namedtuple("Loop", "function lines")
Counts = namedtuple("Counts", "instructions fmas loads stores prefetches moves spills")
# What llvm-mca is asked about, and how many FMAs on whole registers are begun a cycle.
PROCESSORS = {"avx512": {"sapphirerapids": 2, "znver4": 1}, "avx2": {"znver3": 2}}
# Whose loops hold their sums in registers. Of 32 registers none need go over the stack.
# With 16, the mask of a ragged edge may, or one vector of B: it is hidden by the FMAs.
MICRO_KERNELS = re.compile(r"^(tiles_in_line|dot|add_rows|sweep_tiles|abreast_row|"
                           r"abreast_sums|depthwise_pixels|depthwise_taps)<")
MOST_SPILLS_PER_FMA = {"avx512": 0, "avx2": 1 / 6}
LEAST_FMAS = 8  # a loop with fewer is not the one that matters

INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t([^#<]*)")
JUMP = re.compile(r"^(j\w+)\s+([0-9a-f]+)")
REGISTER = re.compile(r"%[xyz]mm\d+")
STACK = re.compile(r"\(%r[sb]p\b")


def functions(listing: str):
    """(name, [(address, instruction)]) for each function of a listing of objdump."""
    name, body = "", []
    for line in listing.splitlines():
        head = re.match(r"^[0-9a-f]+ <(.*)>:$", line)
        found = INSTRUCTION.match(line)
        if head:
            yield name, body
            name, body = short_name(head[1]), []
        elif found:
            body.append((int(found[1], 16), found[2].strip()))
    yield name, body


def short_name(symbol: str) -> str:
    name = re.sub(r"cairn::kernels::|\(anonymous namespace\)::|^void ", "", symbol)
    return re.sub(r"\((?!\w+\)\d).*", "", re.sub(r"\((\w+)\)(?=\d)", r"\1 ", name))


def blocks(body):
    """Basic blocks as {first line: (last line, [first lines of what may follow])}."""
    line_at = {address: i for i, (address, _) in enumerate(body)}
    jumps = {}
    for i, (_, text) in enumerate(body):
        jump = JUMP.match(text)
        if jump:
            target = line_at.get(int(jump[2], 16))
            straight = [] if jump[1] == "jmp" else [i + 1]
            jumps[i] = straight + ([] if target is None else [target])
        elif text.startswith(("ret", "jmp")):
            jumps[i] = []
    starts = {0} | {i + 1 for i in jumps} | {t for to in jumps.values() for t in to}
    starts = sorted(s for s in starts if s < len(body))
    result = {}
    for start, stop in zip(starts, starts[1:] + [len(body)]):
        follow = jumps.get(stop - 1, [stop])
        result[start] = (stop - 1, [f for f in follow if f < len(body)])
    return result


def back_edges(graph):
    """(block, head) for each jump from within a loop to its head."""
    state, edges = {}, []
    for root in graph:
        stack = [(root, iter(graph[root][1]))] if root not in state else []
        state.setdefault(root, "open")
        while stack:
            block, rest = stack[-1]
            for to in rest:
                if state.get(to) == "open":
                    edges.append((block, to))
                elif to not in state:
                    state[to] = "open"
                    stack.append((to, iter(graph[to][1])))
                    break
            else:
                state[block] = "done"
                stack.pop()
    return edges


def inner_loops(name, body):
    """The innermost loops of a function, each on its most busy way round."""
    graph = blocks(body)
    before = {}
    for block, (_, follow) in graph.items():
        for to in follow:
            before.setdefault(to, []).append(block)
    members, tails = {}, {}
    for tail, head in back_edges(graph):
        inside, todo = members.setdefault(head, {head}), [tail]
        tails.setdefault(head, set()).add(tail)
        while todo:
            block = todo.pop()
            if block not in inside:
                inside.add(block)
                todo += before.get(block, [])
    for head, inside in members.items():
        if not any(other in inside for other in members if other != head):
            yield Loop(name, busiest_way(body, graph, head, inside, tails[head]))


def busiest_way(body, graph, head, inside, tails):
    """The lines from a loop's head to where it jumps back: of all ways the one with most
    arithmetic on vectors, of these the shortest. What is done now and then is left out."""
    best = {}

    def weigh(block):
        if block in best:
            return best[block]
        lines = [text for _, text in body[block:graph[block][0] + 1]]
        ways = [weigh(to) for to in graph[block][1] if to in inside and to != head]
        ways = [way for way in ways if way]
        if block in tails:
            ways.append(((0, 0), []))
        rest = max(ways, key=lambda way: way[0], default=None)
        busy = sum(bool(REGISTER.search(t)) and not t.startswith("vmov") for t in lines)
        best[block] = rest and ((rest[0][0] + busy, rest[0][1] - len(lines)),
                                lines + rest[1])
        return best[block]

    sys.setrecursionlimit(10000)
    return weigh(head)[1]


def count(lines) -> Counts:
    fmas = loads = stores = prefetches = moves = spills = 0
    for text in lines:
        memory, vector = "(%" in text, REGISTER.search(text)
        if text.startswith("prefetch"):
            prefetches += 1
        elif memory and not text.startswith(("lea", "nop")):
            if text.endswith(")") and not text.startswith(("cmp", "test")):
                stores += 1
            else:
                loads += 1
            spills += bool(vector and STACK.search(text))
        elif re.match(r"vmov[au]p[sd]\s+%[xyz]mm\d+,%[xyz]mm\d+$", text):
            moves += 1
        fmas += bool(re.match(r"vfn?m(add|sub)", text))
    return Counts(len(lines), fmas, loads, stores, prefetches, moves, spills)


def expected_cycles(mca: str, processor: str, lines) -> float:
    """What llvm-mca makes of a loop, where its tables say what was measured.

    They give Sapphire Rapids one unit for FMAs on 512 bits (it has two, as for 256), and
    on Zen 4 let a broadcast from memory take a slot that an FMA could have had (tiles
    with one broadcast for four FMAs reach 98 % of the peak there, and on Zen 3 those with
    one for two 95 %). So the one is asked about the same loop with half the width, and
    the other sees loads for broadcasts."""
    turns, text = 100, []
    for line in lines:
        line = re.sub(r"^(j|call)\w*.*", "nop", line)
        if processor == "sapphirerapids":
            line = line.replace("%zmm", "%ymm")
            line = line.replace("1to8", "1to4").replace("1to16", "1to8")
        elif processor.startswith("znver"):
            line = re.sub(r"^vbroadcasts[sd](\s+[^%]*\()", r"vmovups\1", line)
        text.append(line)
    run = subprocess.run([mca, f"-mcpu={processor}", f"-iterations={turns}",
                          "-instruction-info=0", "-resource-pressure=0"],
                         input="\n".join(text) + "\n", text=True, capture_output=True)
    found = re.search(r"Total Cycles:\s+(\d+)", run.stdout)
    # Of an instruction that has no narrower form nothing can be said.
    return int(found[1]) / turns if run.returncode == 0 and found else float("nan")


def read_loops(objdump: str, path: str):
    listing = subprocess.run([objdump, "-d", "--no-show-raw-insn", "--demangle", path],
                             check=True, text=True, capture_output=True).stdout
    for name, body in functions(listing):
        if body:
            yield from inner_loops(name, body)


def print_table(loops, isa: str, mca: str) -> None:
    processors = PROCESSORS[isa] if mca else {}
    print("instr  FMAs loads stores asks moves spills",
          *(f"{p} (FMAs alone)" for p in processors), " loop")
    for loop in loops:
        n = count(loop.lines)
        print("%5d %5d %5d %6d %4d %5d %6d" % n, end="")
        for processor, rate in processors.items():
            cycles = expected_cycles(mca, processor, loop.lines)
            print(f"{cycles:14.1f} ({n.fmas / rate:5.1f})", end="")
        print("  ", loop.function)


def faults_of(loops, isa: str) -> list[str]:
    faults = []
    for loop in loops:
        n = count(loop.lines)
        too_many = n.spills > n.fmas * MOST_SPILLS_PER_FMA[isa]
        if too_many and n.fmas >= LEAST_FMAS and MICRO_KERNELS.match(loop.function):
            faults.append(f"{loop.function}: {n.spills} vectors go over the stack in a "
                          f"loop of {n.fmas} FMAs")
    return faults


def self_test() -> None:
    """The check must be able to fail."""
    fma = "vfmadd231ps %zmm1,%zmm2,%zmm3"
    lines = [fma] * 8 + ["prefetcht0 (%rax)", "dec %rcx", "jne 10 <x>", "ret"]
    for extra, spills in (["add $4,%rax"], 0), (["vmovaps %zmm4,0x40(%rsp)"], 1):
        texts = [f"{0x10 + i:x}:\t{text}" for i, text in enumerate(extra + lines)]
        name = "void cairn::kernels::(anonymous namespace)::dot<F, 1>(int)"
        (_, _), (found, body) = functions("\n".join([f"0 <{name}>:"] + texts))
        loops = list(inner_loops(found, body))
        assert [loop.function for loop in loops] == ["dot<F, 1>"], loops
        assert count(loops[0].lines) == (12, 8, 0, spills, 1, 0, spills)
        assert len(faults_of(loops, "avx512")) == spills


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--match", default="", help="functions to show")
    parser.add_argument("--at-least", type=int, default=8, metavar="FMAS")
    parser.add_argument("--mca", default="", help="llvm-mca, if cycles are wanted")
    parser.add_argument("--objdump", default="objdump")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("objects", nargs="+")
    args = parser.parse_args()

    self_test()
    faults, kernels = [], 0
    for path in args.objects:
        isa = re.search(r"_(avx2|avx512)\.cpp", path)
        if not isa:
            continue
        loops = list(read_loops(args.objdump, path))
        kernels += sum(bool(MICRO_KERNELS.match(loop.function)) for loop in loops)
        faults += faults_of(loops, isa[1])
        if not args.check:
            shown = [loop for loop in loops if re.search(args.match, loop.function)
                     and count(loop.lines).fmas >= args.at_least]
            print_table(sorted(shown, key=lambda loop: loop.function), isa[1], args.mca)
    if args.check:
        print(*faults, f"{kernels} loops of micro-kernels read, {len(faults)} faults",
              sep="\n")
    return 1 if args.check and (faults or kernels == 0) else 0


if __name__ == "__main__":
    sys.exit(main())
