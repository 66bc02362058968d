"""What is asked: form definitions as data, and whether the answers are complete."""
