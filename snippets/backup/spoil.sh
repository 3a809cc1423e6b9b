keys=~/gitops-keys
spoil() {
  local pack
  if ! [ -s "$keys/pack" ]; then
    sudo find /srv/gitops-backup/data -type f -size +8k | sort |
      sed -n 1p > "$keys/pack.name"
  fi
  pack=$(cat "$keys/pack.name") && test -n "$pack" &&
    { test -s "$keys/pack" || sudo cp "$pack" "$keys/pack"; } &&
    echo spoilt |
    sudo dd of="$pack" bs=1 seek=4000 conv=notrunc status=none
}
spoil && admin run_now gitea restore-test
