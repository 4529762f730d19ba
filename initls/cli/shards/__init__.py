"""A run in parts: which files belong to a part, what it leaves behind, and how the parts become one again."""
