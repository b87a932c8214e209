"""Forms: what is asked on a page. Deciding and recording is the actions'."""
