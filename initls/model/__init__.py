"""What the program does: constructed objects, the writes to each parameter, the forward pass, what training can do."""
