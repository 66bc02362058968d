"""One script per figure of the product page: a floor and a ratio in each."""
