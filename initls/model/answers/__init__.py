"""What the rules ask of the traces, one question a module."""
