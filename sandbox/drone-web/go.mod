// The pages of Drone 2 and its redirects, in front of the server.
module gitops-guide/sandbox/drone-web

go 1.26.3

require github.com/drone/drone-ui v2.12.0+incompatible
