"""initls: finds weight-initialization bugs in PyTorch code, and repairs them."""
