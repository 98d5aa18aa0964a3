"""How people get to know the product: doors of the demonstration, tours, help in plain words, practice, news."""
