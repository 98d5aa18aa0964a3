"""How a person gets to know the product: doors of the demonstration, tours, help in plain words, practice, what is new."""
