"""One therapist a client under caseloads: arrays in, arrays out; nothing here knows a person's name or a file."""
