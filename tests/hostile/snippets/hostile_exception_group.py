# tries: exhaust the report of an error
# ends: error/crashed/timeout

error = ValueError("x" * 10_000_000)
for _ in range(3000):
    other = ValueError("y")
    other.__cause__ = error
    error = other
raise error
