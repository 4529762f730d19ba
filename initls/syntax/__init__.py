"""Text, lines, comments and segments: what can be said of a Python text before anything in it is understood."""
