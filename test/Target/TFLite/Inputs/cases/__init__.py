"""Models of one operator each, by family; cases.catalogue lists them all."""
