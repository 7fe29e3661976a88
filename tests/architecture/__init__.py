"""The house rules as pure functions: each takes the tree and returns its violations, as `path:line what`."""
