cd ~/nyan
lint_pipeline <(sed 's/name: build$/name: lint/' .drone.yml)
