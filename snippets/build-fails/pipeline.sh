admin lint_pipeline <(sed 's/name: build$/name: lint/' ~/nyan/.drone.yml)
