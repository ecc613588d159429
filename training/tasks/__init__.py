"""What a network is trained for, a task a name: what it learns, and how it is measured."""
