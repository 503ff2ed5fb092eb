"""The training loop, what it learns from, and how the result is measured."""
