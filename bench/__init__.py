"""How fast is it? Measured, printed beside its goals, never part of the test suite: `make bench`, or one by one."""
