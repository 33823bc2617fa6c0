"""Importance: conditional probabilities of the top event, the one table of measures of them, and what is ranked."""
