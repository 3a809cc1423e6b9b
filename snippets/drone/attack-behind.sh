behind() {
  local mark='${SPLIT:----}'
  printf '%s\n' "$mark: the runner reads on from here" 'kind: pipeline' \
    'type: kubernetes' 'name: nyan' 'steps:' \
    '  - {name: attack, image: THE-ONE-THAT-CLONES}' "$mark: to here" &&
    sed -n '/^kind: signature/,$p' ~/nyan/.drone.yml &&
    echo --- &&
    sed '/^---$/,$d' ~/nyan/.drone.yml
}
behind | attack 'A pipeline behind the signature'
