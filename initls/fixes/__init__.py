"""The rewriting: from plans to edits of the text."""
