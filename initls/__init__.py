"""initls: finds weight-initialization bugs in PyTorch code, and repairs them."""

__version__ = "0.1.0"
