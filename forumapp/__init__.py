import gc

# What is imported stays: looking through it for garbage takes a quarter of a start. `create_app` begins to look again.
gc.disable()
