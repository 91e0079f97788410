"""What is shown of a certificate where its address is shared."""
