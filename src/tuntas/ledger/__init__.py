"""The public log: every entry of the histories as a leaf of one tree, whose signed heads anybody can keep.

`sequencing` writes it, off the path of those who report; `proving` answers for single leaves; `anchoring` keeps a head
of each day; `erasing` is the one way in which a content ends. The hashing and all formats are those of `tuntas_verify`,
the verifier that stands alone. Read docs/transparency.md first.
"""
