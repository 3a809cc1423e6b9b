cd ~/platform
mkdir -p backup/base backup/gitea backup/drone apps/backup
