sudo sed -i '' '/# gitops\.test$/d' /etc/hosts
