lint_said() { admin lint_pipeline <(sed "$1" ~/nyan/.drone.yml) 2>&1 || true; }
said=$(lint_said 's/^  - name: lint$/&\n    privileged: true/'
  lint_said '/^steps:/i volumes: [{name: node, host: {path: /}}]')
echo "$said"
grep --fixed-strings 'untrusted repositories cannot enable privileged mode' <<< "$said"
grep --fixed-strings 'untrusted repositories cannot mount host volumes' <<< "$said"
