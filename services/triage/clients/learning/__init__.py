"""The learned model. It imports scikit-learn: only processes of its own and the command line may import these modules."""
