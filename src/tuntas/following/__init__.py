"""Who wants to hear of somebody else's public report: asked for by e-mail, confirmed by e-mail, told by e-mail."""
