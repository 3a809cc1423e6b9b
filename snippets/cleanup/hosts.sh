for file in /etc/hosts /etc/cloud/templates/hosts.debian.tmpl; do
  if [ -f "$file" ]; then
    sudo sed -i '/# gitops\.test$/d' "$file"
  fi
done
