authors=$(git -C ~/platform log --format=%an -- nyan/image.env |
  sort | uniq --count)
[[ $authors == *' nyan-bot'* ]]
