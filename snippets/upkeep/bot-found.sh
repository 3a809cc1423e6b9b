cd ~/platform
pattern=$(jq --raw-output '.customManagers[0].matchStrings[0]' renovate.json)
found=$(find . -name kustomization.yaml | while read -r file; do
  jq --null-input --raw-output --rawfile text "$file" --arg pattern "$pattern" \
    '$text | capture($pattern; "g") | "\(.depName) \(.currentValue)"'
done)
echo "$found"
test -n "$found"
tagged=$(find . -name kustomization.yaml -exec cat {} + | grep -c '^ *newTag: ')
test "$(wc -l <<< "$found")" = "$tagged"
