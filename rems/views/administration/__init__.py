"""Pages of the program's administrator and the auditor."""
