"""Simpler skeletons between which a given one lies, and bounds that need none."""
