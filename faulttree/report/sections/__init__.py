"""The sections of the report, a folder each: the facts that it states, and its templates for HTML and Markdown."""
