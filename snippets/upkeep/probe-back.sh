undo 'Ask the cat at another place' > /dev/null && delivered nyan
