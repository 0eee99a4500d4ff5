"""Why a value differs: one module per kind of difference."""
