"""One file for each part of a submission's way: received, filed, accepted; read; decided in quarantine."""
