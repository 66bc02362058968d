# Aliases; `./run` does the work.
.PHONY: demo test check serve bench
demo test check serve bench:
	./run $@
