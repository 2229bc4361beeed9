"""The language of the school: words in, sentences out."""
