"""What brings the top event about, and what keeps it from happening: families of minimal sets of events."""
