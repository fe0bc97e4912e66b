"""The one door to a write: policy, decision, approval, gate and the way back."""
