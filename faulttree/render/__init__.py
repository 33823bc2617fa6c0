"""Pictures of a model and of results: takes what others computed, computes nothing itself."""
