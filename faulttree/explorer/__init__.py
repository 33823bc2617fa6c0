"""The explorer: one self-contained page in which causes are set and observed, and everything follows."""
