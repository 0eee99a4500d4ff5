# tries: break the interpreter's loop by a trace function
# ends: crashed/ok/error

def hook(frame, event, argument):
    if frame.f_code.co_filename.endswith(("active.py", "cells.py", "protocol.py")):
        raise RuntimeError("hooked")
    return hook
sys.settrace(hook)
sys._getframe().f_back.f_trace = hook
sys._getframe().f_back.f_back.f_trace = hook
