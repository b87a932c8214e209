"""The pages: each view fetches, asks, answers."""
