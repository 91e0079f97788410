"""What all printed pages share: our typeface, QR codes, and WeasyPrint, closed."""
