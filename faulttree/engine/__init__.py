"""What is worked out for a model and for a tree, within limits, and kept."""
