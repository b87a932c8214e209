"""Prescribers, their certification and their delegates."""
