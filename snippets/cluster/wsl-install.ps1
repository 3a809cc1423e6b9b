wsl --install --distribution Ubuntu-24.04
