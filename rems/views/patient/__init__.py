"""A patient's own pages, on a phone, in the patient's language."""
