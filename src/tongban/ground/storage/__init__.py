"""Files: checked on the way in, kept by their fingerprint, never served without an authorisation check."""
