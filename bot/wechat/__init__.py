"""WeChat's own wire: pushes in, replies and calls out."""
