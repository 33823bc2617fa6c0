"""The Boolean skeleton of a model as integer arrays; no probability is known here."""
