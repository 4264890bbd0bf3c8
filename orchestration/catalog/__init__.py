"""Sources, claims and corrections as people see them."""
