command -v faketime > /dev/null ||
  { sudo apt-get update && sudo apt-get install --yes faketime; }
