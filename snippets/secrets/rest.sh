seal_the_rest() {
  local name
  secret_makers | sed -n 's/: NOBODY$//p' | while read -r name; do
    test -s ~/platform/secrets/"${name/\//-}".yaml ||
      seal "${name%/*}" "${name#*/}" < /dev/null || return
  done
}
keep seal_the_rest
admin seal_the_rest
