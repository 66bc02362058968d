"""Pages for people; they use what the API uses."""
