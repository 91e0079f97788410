"""What officers note of their people one by one: merges, dated facts, codes and invitations."""
