undo 'A redder night sky' && delivered nyan
