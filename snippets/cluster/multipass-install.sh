sudo snap install multipass
