"""What templates are given: decisions, windows and people, made ready to be printed."""
