"""Settings, the files that a run looks at, and how they are read and written."""
