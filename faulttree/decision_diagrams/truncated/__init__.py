"""Families of minimal sets up to a cost, made without the families of all minimal sets."""
