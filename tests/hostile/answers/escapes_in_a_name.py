# tries: have a type's name obeyed by the terminal

def normalise(x):
    return type("\x1b]52;c;ZXZpbA==\x07", (), {"__repr__": lambda self: "\x1b[2J"})()
