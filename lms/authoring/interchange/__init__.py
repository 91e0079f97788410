"""Questions from other systems: GIFT and Aiken."""
