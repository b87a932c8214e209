"""Pharmacy sites, their certification, their pharmacists."""
