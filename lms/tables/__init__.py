"""Tables in and out: CSV and spreadsheets, whatever they are about."""
