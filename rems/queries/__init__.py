"""What exists for whom: every page's data comes through here."""
