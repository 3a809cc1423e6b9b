cd ~/nyan
for file in index.html css/nyan.css; do
  curl -sS --fail "https://nyan.gitops.test/$file" | cmp - "$file"
done
