git push --quiet && delivered nyan
