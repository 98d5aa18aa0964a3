"""Followers of public reports: addresses put away, letters sent, and both dropped when the follow is gone."""
