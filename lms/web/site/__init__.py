"""Pages about the whole: home, the figure, help, privacy, preferences."""
