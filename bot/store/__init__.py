"""The only place with SQL. One module per table or question; functions take the connection they work on."""
