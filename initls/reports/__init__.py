"""The report on a model: who wrote each parameter, what it holds, and how large the signal is behind each layer."""
