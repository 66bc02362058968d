"""Expert re-review (专家复核): a second review for listed activities."""
