"""How large a signal is expected to be behind each layer when training starts, and a gradient in front of it."""
