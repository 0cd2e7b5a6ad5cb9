"""Running the product on a machine: start, train, look after, measure. For operators; speaks plain English."""
