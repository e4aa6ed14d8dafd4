"""What all pages share: who is asking, what is shown of a record, and safe repeats."""
