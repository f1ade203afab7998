"""A worker of made-up figures: fake_worker.py SECONDS ERROR [dies]. See benchmarks/worker/worker.h."""

import sys

seconds, error = sys.argv[1:3]
print("a library's own chatter")
print("hello fake 1.0", flush=True)
for line in sys.stdin:
    command, *words = line.split()
    if command == "prepare":
        kind = words[0]
        reply = "skip there is none of it" if kind == "conv" and seconds == "2e-3" else f"ok {error} as it is"
    elif command == "sample":
        if "dies" in sys.argv:
            print("out of stones", file=sys.stderr)
            sys.exit(3)
        reply = f"{1e-6 if words[0] == '0.001' else seconds} 1.0"
    else:
        reply = "ok 2.0 1.5 1.25"
    print(reply, flush=True)
