"""Public bodies, who works where, and whom an HR officer may see."""
