"""Engines: the shared results of a model, the compiled function of a tree, its numbers; all within limits."""
