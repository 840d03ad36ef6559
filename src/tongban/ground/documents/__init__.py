"""Official documents: typst templates with JSON data, always PDF/A-2b, one committed font (shapes 11)."""
