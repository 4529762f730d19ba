"""What the calls of torch, of Python and of frameworks do to the state, one family of calls a module."""
