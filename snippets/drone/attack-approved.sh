approve() {
  local build stage
  build=repos/gitops/nyan/builds/$(newest_build)
  for stage in $(drone_look "$build" | jq '.stages[].number'); do
    drone_api POST "$build/approve/$stage"
  done
}
keep approve
admin approve && built ~/attack
