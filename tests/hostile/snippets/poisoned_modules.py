# tries: poison the module table
# ends: ok/crashed/error

import types
for name in list(sys.modules):
    if name.startswith(("tutor", "msgspec", "struct", "traceback")):
        sys.modules[name] = types.ModuleType(name)
sys.modules["torch"] = None
sys.modules["__main__"] = None
