"""How far each institution's people are: a row a person, kept in the transaction of each change."""
