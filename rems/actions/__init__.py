"""What may be done with enrollments, prescriptions and numbers: one named act for each write."""
