"""Numbers: exact probabilities, bounds and importance."""
