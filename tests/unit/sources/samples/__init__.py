"""Small payloads that a source's parser accepts, one module a source: the seeds of the fuzzing beside the bundle. See docs/adding.md."""
