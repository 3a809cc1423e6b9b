approve() {
  local build stage
  build=repos/gitops/nyan/builds/$(newest_build)
  for stage in $(drone_api GET "$build" | jq '.stages[].number'); do
    drone_api POST "$build/approve/$stage"
  done
}
keep approve
approve && built ~/attack
