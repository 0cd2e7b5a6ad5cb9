"""The benchmark: the product and plain Rasa, on the same machine in the same run."""
