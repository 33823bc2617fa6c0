"""Changed assumptions and what they change."""
