"""The counter: verify a number, confirm, hand over or ship, give back, see the day."""
