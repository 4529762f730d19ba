"""Which abstract runs a file asks for, what is asked at their end, and what they leave behind as frozen values."""
