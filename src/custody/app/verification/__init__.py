"""Verify a bundle: what it proves, whether its states and rules hold, and the story it tells."""
