"""A small language of questions about a fault tree: read, put into functions on one diagram, answered exactly.

Inspired by Boolean fault tree logic; the syntax is our own.
Source: S. M. Nicoletti, E. M. Hahn, M. Stoelinga, BFL: a logic to reason about fault trees, DSN 2022; and, for the
probabilities, PFL: a probabilistic logic for fault trees, FM 2023.
"""
