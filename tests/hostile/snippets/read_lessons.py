# tries: read the built-in lessons with their solutions

import tutor
import importlib.util
beside = os.path.dirname(os.path.dirname(os.path.abspath(tutor.__file__)))
for name in ("lessons", "tensor_tutor_lessons", "tests/hostile", "docs"):
    for place in (beside, *sys.path):
        with contextlib.suppress(OSError):
            print("REACHED", place, os.listdir(os.path.join(place, name))[:3])
        with contextlib.suppress(OSError):
            print("REACHED", open(os.path.join(place, name, "course.yaml")).read(1))
