"""The wires: WeChat, HTTP, the command line; knows no rule of the school."""
