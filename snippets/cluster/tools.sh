command -v kubectl || sudo snap install kubectl --classic --channel=1.36/stable
command -v jq || { sudo apt-get update && sudo apt-get install --yes jq; }
