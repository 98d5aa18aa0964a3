"""`make bench` and `make drill`: what Tuntas costs, beside what PostgreSQL alone costs, and what survives kill -9.

Nothing here is part of the product and nothing in the product imports it. Raw SQL lives here on purpose: the
benchmark loads registers that no verb would write so fast, and asks PostgreSQL what its statements cost.
"""
