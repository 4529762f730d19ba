"""The rules: one file each, a question asked of the model."""
