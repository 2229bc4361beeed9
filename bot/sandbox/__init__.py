"""A WeChat of our own, so that anybody can try the real bot without an account."""
