"""Who is on call: rotations on local wall clocks, in layers, with overrides."""
