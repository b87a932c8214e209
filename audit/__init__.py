"""The append-only trail, and the frame of every write."""
