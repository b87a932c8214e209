"""People, roles, what each role may do, signatures."""
