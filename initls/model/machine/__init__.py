"""What the language does: names, expressions, statements, calls of the program's own code, visitors."""
