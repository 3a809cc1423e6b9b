"""The guide for those who are not on the site: an archive to open from a disk, and one PDF a language."""
