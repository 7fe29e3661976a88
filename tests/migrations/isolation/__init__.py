"""The proof that tenants are kept apart, made from the catalogue so that no table can be forgotten."""
