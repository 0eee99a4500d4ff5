# tries: recurse within Python's own limit
# ends: error

def f():
    return f()
f()
