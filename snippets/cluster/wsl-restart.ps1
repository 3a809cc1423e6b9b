wsl --shutdown
wsl --distribution Ubuntu-24.04
