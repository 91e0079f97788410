"""The registry: which public bodies and units there are, what is known of them, and since when."""
