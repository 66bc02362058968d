"""What stands behind `documents.verify`: reading, covering, judging, revocation."""
