"""Values of the field: standard library only, nothing here knows a file format, a table or a screen."""
