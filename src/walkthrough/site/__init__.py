"""What the recorded runs say, on the pages of the site that MkDocs builds."""
