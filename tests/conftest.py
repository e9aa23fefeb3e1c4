"""What all tests share."""

from hypothesis import settings

# a busy machine is no failure, and a run that fails must fail again
settings.register_profile("pressrun", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("pressrun")
