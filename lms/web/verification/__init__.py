"""Is a certificate in force? For anybody who has its code."""
