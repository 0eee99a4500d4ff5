"""The side of the engine that has torch: zygote, keeper, active process, worlds, judge.

Nothing here may load a front end; no front end may import from here.
"""
