"""Who wants to hear of a report: by e-mail of somebody else's public one, by phone of that or of one's own."""
