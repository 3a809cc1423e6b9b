for clone in ~/platform ~/nyan; do
  cat > "$clone/.git/hooks/pre-commit" <<'END'
#!/bin/sh
if git grep --cached --name-only --extended-regexp \
  -f ~/platform/gitea/hooks/secrets >&2; then
  echo "this looks like a secret; take it out, and commit again" >&2
  exit 1
fi
END
  chmod +x "$clone/.git/hooks/pre-commit"
done
