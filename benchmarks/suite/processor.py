"""What machine this is."""

from __future__ import annotations

import os
import re
from pathlib import Path

# Family and model ranges of /proc/cpuinfo; elsewhere the model's name has to do.
KNOWN = [
    ("AuthenticAMD", 23, range(0x30, 0x100), "zen2", "AMD Zen 2"),
    ("AuthenticAMD", 25, range(0x00, 0x10), "zen3", "AMD Zen 3"),
    ("AuthenticAMD", 25, range(0x10, 0x20), "zen4", "AMD Zen 4"),
    ("AuthenticAMD", 25, range(0x20, 0x60), "zen3", "AMD Zen 3"),
    ("AuthenticAMD", 25, range(0x60, 0x100), "zen4", "AMD Zen 4"),
    ("AuthenticAMD", 26, range(0x00, 0x100), "zen5", "AMD Zen 5"),
    ("GenuineIntel", 6, range(0x55, 0x56), "skylake-x", "Intel Skylake-X"),
    ("GenuineIntel", 6, range(0x6A, 0x6D), "ice-lake", "Intel Ice Lake"),
    ("GenuineIntel", 6, range(0x8F, 0x90), "sapphire-rapids", "Intel Sapphire Rapids"),
    ("GenuineIntel", 6, range(0xCF, 0xD0), "emerald-rapids", "Intel Emerald Rapids"),
]


def describe(cpuinfo: str) -> dict[str, str]:
    """slug and name of the processor that /proc/cpuinfo tells of."""
    fields = dict(re.findall(r"^([\w ]+?)\s*:\s*(.*)$", cpuinfo, re.M)[::-1])
    model = fields.get("model name", "unknown processor")
    try:
        family, number = int(fields["cpu family"]), int(fields["model"])
    except (KeyError, ValueError):
        family = number = -1
    for vendor, its_family, numbers, slug, name in KNOWN:
        if fields.get("vendor_id") == vendor and family == its_family and number in numbers:
            return {"slug": slug, "name": name, "model": model}
    return {"slug": re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-"), "name": model, "model": model}


def this_machine() -> dict[str, object]:
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text()
    except OSError:
        cpuinfo = ""
    return {**describe(cpuinfo), "cores": len(os.sched_getaffinity(0)), "caches": _caches()}


def _caches() -> dict[str, str]:
    sizes = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            kind = (index / "type").read_text().strip()
            if kind != "Instruction":
                sizes["L" + (index / "level").read_text().strip()] = (index / "size").read_text().strip()
        except OSError:
            continue
    return sizes
