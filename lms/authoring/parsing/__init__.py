"""From the text of a source to the chapters and questions that it means."""
