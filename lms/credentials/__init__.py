"""A certificate as a credential that other systems read: Open Badges 3.0, and its status list."""
