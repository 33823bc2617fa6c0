"""What a count leaves behind, and its sweeps."""
