package main

import (
	"regexp"
	"strings"
)

// from is a base image that goes by a tag and a digest.
var from = regexp.MustCompile(`(?im)^(\s*FROM\s+(?:--\S+\s+)*)(\S+:[\w.-]+)@sha256:[0-9a-f]{64}`)

// mirrored are the hosts that the executor is to ask the sandbox's mirror in place of.
func mirrored(registryMap string) map[string]bool {
	hosts := map[string]bool{}
	for _, pair := range strings.Split(registryMap, ";") {
		if host, _, is := strings.Cut(pair, "="); is {
			hosts[host] = true
		}
	}
	return hosts
}

// byTag is a Dockerfile without the digests of base images that come from the mirror. What the mirror
// has under their names is not what they were pinned to, and has no more than a tag in common with it.
func byTag(dockerfile string, mirrored map[string]bool) string {
	return from.ReplaceAllStringFunc(dockerfile, func(line string) string {
		parts := from.FindStringSubmatch(line)
		if mirrored[hostOf(parts[2])] {
			return parts[1] + parts[2]
		}
		return line
	})
}

// hostOf is the registry of an image as its name says it, and Docker Hub's where it says none.
func hostOf(image string) string {
	host, _, is := strings.Cut(image, "/")
	if !is || !strings.ContainsAny(host, ".:") && host != "localhost" || host == "docker.io" {
		return "index.docker.io"
	}
	return host
}
