"""The benchmark suite: starts the workers, lets them take turns, and tells what was seen."""
