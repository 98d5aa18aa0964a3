"""The vault: the only process that can open an identity; it sends the messages to reporters."""
