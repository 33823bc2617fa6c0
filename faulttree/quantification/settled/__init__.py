"""Double-double sweeps: probabilities and slopes with some events settled, to 30 digits."""
