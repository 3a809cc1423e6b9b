"""What the reader's terminal does with a step: an interactive bash or zsh, without ``set -e``."""
