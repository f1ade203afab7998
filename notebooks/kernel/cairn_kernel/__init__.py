"""A Jupyter kernel for C++17: Cling or clang-repl in a child process, ipykernel in front."""

__version__ = "0.1.0"
