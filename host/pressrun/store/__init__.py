"""The state on disk. Operations are plain functions of a connection; one writer runs them all."""
