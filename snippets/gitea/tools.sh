{ command -v git && command -v ssh; } || {
  sudo apt-get update &&
    sudo apt-get install --yes git openssh-client
}
