# tries: hook itself into everything that runs later
# ends: ok/error

def hook(frame, event, argument):
    if frame.f_code.co_filename.endswith(("active.py", "cells.py")):
        raise RuntimeError("hooked")
    return hook
sys.settrace(hook)
sys.setprofile(lambda *_: None)
threading.settrace(hook)
sys.settrace(None)
