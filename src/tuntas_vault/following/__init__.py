"""Followers of public reports: their addresses put away, their letters sent, and both dropped when the follow is gone."""
