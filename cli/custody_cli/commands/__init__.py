"""One file per family of commands; each is imported only when one of its commands is typed."""
