"""One file a check; each yields findings from the evidence and changes nothing."""
