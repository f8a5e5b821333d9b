"""Benchmarks: each figure beside the bare counterpart measured in the same run. `make bench [NAME=x]`."""
