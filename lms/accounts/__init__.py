"""People: their accounts, numbers, roles, passwords, devices and one-time links."""
