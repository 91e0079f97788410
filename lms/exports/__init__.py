"""What officers take away of their people: lists in columns of their choice, and what was new."""
