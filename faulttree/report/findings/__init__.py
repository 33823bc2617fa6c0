"""What a report says of a tree, worked out once."""
