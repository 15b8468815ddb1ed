"""What a failure is called, and why: signatures, fingerprints, the ladder, the base branch, common causes."""
