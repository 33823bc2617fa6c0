"""Boolean functions and families of sets as shared diagrams, and the kernels that make them."""
