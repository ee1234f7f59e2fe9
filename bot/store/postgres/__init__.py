"""PostgreSQL behind the store's seam. Only who chose it in DATABASE_URL imports this: psycopg is an extra."""
