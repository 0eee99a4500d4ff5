# tries: crash by endless recursion
# ends: crashed/error

sys.setrecursionlimit(10**8)
def f(x):
    return f([f, x]) + 1
import _pickle, io
nested = None
for _ in range(10**6):
    nested = [nested]
repr(nested)
f(1)
