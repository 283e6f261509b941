"""Which small changes of the code the tests find: mutation testing by a sample, of any checkout."""
