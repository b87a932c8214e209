"""The picture of a patient's course: what stands on the line, and where it is drawn. No rows are read here."""
