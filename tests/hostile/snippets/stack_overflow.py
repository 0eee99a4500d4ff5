# tries: crash by endless recursion
# ends: crashed/error

sys.setrecursionlimit(10**8)
def f(x):
    return f([f, x]) + 1
one = other = None
for _ in range(10**5):
    one, other = [one], [other]
one == other
f(1)
