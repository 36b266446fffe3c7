"""What followed the matches: tables, pictures and sentences a clinic's owner can trust."""
