"""What training can do with what it starts from: whether units ever differ, whether a gradient ever arrives."""
