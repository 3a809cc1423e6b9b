command -v git || {
  sudo apt-get update && sudo apt-get install --yes git
}
