"""Django's PostgreSQL with one difference: how a connection from the pool is looked at before it is used."""
