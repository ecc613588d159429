"""What pages share: the visitor's session and photos, loaded models, answers, the frame."""
