"""From folders of photos to decoded frames with a table."""

from training.data.data_set import *  # noqa: F403
