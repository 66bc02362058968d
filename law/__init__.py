"""What the law says on a day: dated, cited rows and the pure rules that read them."""
