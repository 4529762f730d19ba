"""What is true at one point of a run, as values: tensors, who wrote them, what has happened, what feeds what."""
