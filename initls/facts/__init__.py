"""What one segment says, as frozen values without positions."""
