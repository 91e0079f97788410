"""What the house leaves out at a rush, for everybody to read."""
