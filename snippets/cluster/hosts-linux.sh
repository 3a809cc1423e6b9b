address=$(multipass info gitops --format csv | awk -F, 'NR == 2 { print $3 }')
names='nyan.gitops.test gitea.gitops.test argocd.gitops.test drone.gitops.test'
sudo sed -i '/# gitops\.test$/d' /etc/hosts
echo "$address $names # gitops.test" | sudo tee -a /etc/hosts
