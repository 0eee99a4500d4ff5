# tries: look for lessons, solutions and keys among all objects

import gc
gc.unfreeze()
for thing in gc.get_objects():
    if type(thing).__name__ in {"Lesson", "Exercise", "Course", "Verdict", "Judging"}:
        print("REACHED", type(thing))
for name in sys.modules:
    if name.startswith(("tutor.course", "tutor.judging", "tutor.progress", "tutor.app", "tutor.repl", "lessons")):
        print("REACHED", name)
