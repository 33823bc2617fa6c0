"""A system in time: its curve over a mission, and the reliability metrics that standards ask for."""
