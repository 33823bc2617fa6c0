"""Sweeps over BDDs and ZBDDs for many columns of probabilities at once."""
