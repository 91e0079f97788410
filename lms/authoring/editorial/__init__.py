"""What a good editor would send back; it needs word lists that serving does not."""
