"""Ethics review (伦理审查): from submission to the committee's decision."""
