"""What all printed pages share: our typeface, QR codes, and a closed press."""
