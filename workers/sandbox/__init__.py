"""The room in which generated code runs: no network, no file but its own, no other process (docs/sandbox.md).

`workers.sandbox.pool.open_sandbox` is the door. `inside/` is the room's own side: it is all of Andon that is visible
in there, imports the standard library alone until the room is locked, and nothing of ours but itself.
"""
