# tries: change what the next interpreter imports

for name in (torch.__file__, os.__file__, sys.executable, sys.modules["tutor"].__file__):
    attempt(open, name, "r+b")
    attempt(os.remove, name)
    attempt(os.truncate, name, 0)
    attempt(open, os.path.join(os.path.dirname(name), "planted.py"), "w")
