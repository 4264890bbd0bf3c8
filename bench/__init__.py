"""Synthetic experiments and benchmarks; nothing here is part of a refresh or a release."""
