sealing_keys() { find ~/gitops-keys -name 'sealing-*.key' | sort; }
new_sealing_key() {
  local base
  base=~/gitops-keys/sealing-$(date -u +%Y%m%d-%H%M%S) &&
    mkdir -p -m 700 ~/gitops-keys &&
    (umask 077 &&
      openssl req -x509 -newkey rsa:4096 -noenc -subj /CN=sealed-secrets \
        -days 3650 -keyout "$base.new" -out "$base.crt" 2> /dev/null) &&
    mv "$base.new" "$base.key" &&
    mkdir -p ~/platform/sealed-secrets &&
    cp "$base.crt" ~/platform/sealed-secrets/sealing.crt
}
keep sealing_keys new_sealing_key
mkdir -p -m 700 ~/gitops-keys &&
  test -n "$(sealing_keys)" || new_sealing_key
ls -l ~/gitops-keys
openssl x509 -in ~/platform/sealed-secrets/sealing.crt -noout -subject
