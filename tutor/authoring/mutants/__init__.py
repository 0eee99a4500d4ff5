"""Wrong versions of a solution, made from its syntax tree: what checks have to notice."""
