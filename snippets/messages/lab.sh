admin kubectl create namespace lab
