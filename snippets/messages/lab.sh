kubectl create namespace lab
