undo 'A port with a name' && delivered nyan
