// A library whose name holds the hash of its content.
