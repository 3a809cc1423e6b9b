package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// hub is the registry that is meant when a step names none.
const hub = "https://index.docker.io/v1/"

// What the executor has a flag for, by the setting's name: a value, a switch, a list.
var (
	values = map[string]string{
		"CACHE_REPO":                      "cache-repo",
		"CONTEXT_SUB_PATH":                "context-sub-path",
		"CUSTOM_PLATFORM":                 "custom-platform",
		"IGNORE_PATH":                     "ignore-path",
		"IMAGE_DOWNLOAD_RETRY":            "image-download-retry",
		"IMAGE_NAME_TAG_WITH_DIGEST_FILE": "image-name-tag-with-digest-file",
		"IMAGE_NAME_WITH_DIGEST_FILE":     "image-name-with-digest-file",
		"INSECURE_REGISTRY":               "insecure-registry",
		"LOG_FORMAT":                      "log-format",
		"PLATFORM":                        "custom-platform",
		"PUSH_RETRY":                      "push-retry",
		"REGISTRY_CERTIFICATE":            "registry-certificate",
		"SNAPSHOT_MODE":                   "snapshot-mode",
		"TARGET":                          "target",
		"TAR_PATH":                        "tar-path",
		"VERBOSITY":                       "verbosity",
	}
	switches = map[string]string{
		"CACHE_COPY_LAYERS":          "cache-copy-layers",
		"CACHE_RUN_LAYERS":           "cache-run-layers",
		"CLEANUP":                    "cleanup",
		"ENABLE_CACHE":               "cache",
		"FORCE":                      "force",
		"INSECURE":                   "insecure",
		"INSECURE_PULL":              "insecure-pull",
		"LOG_TIMESTAMP":              "log-timestamp",
		"NO_PUSH":                    "no-push",
		"REPRODUCIBLE":               "reproducible",
		"SINGLE_SNAPSHOT":            "single-snapshot",
		"SKIP_PUSH_PERMISSION_CHECK": "skip-push-permission-check",
		"SKIP_TLS_VERIFY":            "skip-tls-verify",
		"SKIP_UNUSED_STAGES":         "skip-unused-stages",
		"USE_NEW_RUN":                "use-new-run",
	}
	lists = map[string]string{
		"BUILD_ARGS":       "build-arg",
		"CUSTOM_LABELS":    "label",
		"REGISTRY_MIRRORS": "registry-mirror",
	}
	// Those that are more than a flag.
	others = []string{
		"CONFIG", "CONTEXT", "DOCKERFILE", "EXPAND_REPO", "PASSWORD", "REGISTRY", "REPO", "TAGS", "USERNAME",
	}
)

// settings are what a step sets, by its name in capitals.
type settings map[string]string

// settingsOf finds the settings among environment variables, where the runner has put them.
func settingsOf(environment []string) settings {
	found := settings{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if name, is := strings.CutPrefix(name, "PLUGIN_"); is && value != "" {
			found[name] = value
		}
	}
	return found
}

func (s settings) or(name, fallback string) string {
	if value, is := s[name]; is {
		return value
	}
	return fallback
}

// on says whether a switch is on.
func (s settings) on(name string) (bool, error) {
	value, err := strconv.ParseBool(s.or(name, "false"))
	if err != nil {
		return false, fmt.Errorf("the setting %s is neither true nor false: %q", strings.ToLower(name), s[name])
	}
	return value, nil
}

// arguments are those of the executor, all but the Dockerfile's.
func arguments(s settings) ([]string, error) {
	made := []string{"--context=dir://" + s.or("CONTEXT", "."), "--digest-file=" + kaniko + "/digest-file"}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		switch {
		case values[name] != "":
			made = append(made, "--"+values[name]+"="+s[name])
		case switches[name] != "":
			on, err := s.on(name)
			if err != nil {
				return nil, err
			}
			if on {
				made = append(made, "--"+switches[name])
			}
		case lists[name] != "":
			for _, one := range strings.Split(s[name], ",") {
				made = append(made, "--"+lists[name]+"="+one)
			}
		case !slices.Contains(others, name):
			return nil, fmt.Errorf("the setting %s is not known to the sandbox's plugin", strings.ToLower(name))
		}
	}
	destinations, err := destinations(s)
	return append(made, destinations...), err
}

// destinations are where the image goes, an argument for each tag.
func destinations(s settings) ([]string, error) {
	// An archive holds the image under its names, too.
	if noPush, err := s.on("NO_PUSH"); noPush && s["TAR_PATH"] == "" || err != nil {
		return nil, err
	}
	repository := s["REPO"]
	if repository == "" {
		return nil, fmt.Errorf("the setting repo is missing")
	}
	expand, err := s.on("EXPAND_REPO")
	if err != nil {
		return nil, err
	}
	registry := strings.TrimSuffix(s.or("REGISTRY", hub), "/")
	if expand && registry+"/" != hub && !strings.HasPrefix(repository, registry+"/") {
		repository = registry + "/" + repository
	}
	var made []string
	for _, tag := range strings.Split(s.or("TAGS", "latest"), ",") {
		made = append(made, "--destination="+repository+":"+strings.TrimSpace(tag))
	}
	return made, nil
}

// logins is the file of registries' logins, or nothing where there is no need of one.
func logins(s settings) ([]byte, error) {
	if s["CONFIG"] != "" {
		return []byte(s["CONFIG"]), nil
	}
	noPush, err := s.on("NO_PUSH")
	if err != nil || noPush && s["USERNAME"] == "" {
		return nil, err
	}
	registry := s.or("REGISTRY", hub)
	for _, name := range []string{"USERNAME", "PASSWORD"} {
		if s[name] == "" {
			return nil, fmt.Errorf("the setting %s is missing for the registry %s", strings.ToLower(name), registry)
		}
	}
	login := base64.StdEncoding.EncodeToString([]byte(s["USERNAME"] + ":" + s["PASSWORD"]))
	return json.Marshal(map[string]any{"auths": map[string]any{registry: map[string]string{"auth": login}}})
}
