"""What can be run from the command line about accounts."""
