"""What a person has asked to be done beside the pages: *Pekerjaan saya*."""
