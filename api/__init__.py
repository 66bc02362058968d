"""The HTTP edge: parse, ask who may, act or read, answer."""
