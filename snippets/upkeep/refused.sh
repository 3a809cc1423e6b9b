admin merge "$number"
