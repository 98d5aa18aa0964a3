"""`tuntas import`: bring an old register in, row by row, with a reason for every row that is refused.

reading gives rows, mapping says which column is what, validating makes an entry of a row or says what is wrong with it,
copying writes entries in batches, bringing does the whole. This is the third writer of a report's state (design 3b):
tests/importing shows that it leaves the rows that `lifecycle.advance` would.
"""
