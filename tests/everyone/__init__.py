"""What holds for every page and for everybody: to be read, reached, used and understood."""
