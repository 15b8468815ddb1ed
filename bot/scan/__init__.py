"""Many patterns over hostile text in linear time, in a process that can be killed."""
