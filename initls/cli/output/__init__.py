"""The formats that findings are printed in, one module each, and what they share."""
