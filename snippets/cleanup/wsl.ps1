wsl --unregister Ubuntu-24.04
