"""What a person has taken up and earned."""
