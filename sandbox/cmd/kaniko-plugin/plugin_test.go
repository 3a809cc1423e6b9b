package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestArgumentsOfABuild(t *testing.T) {
	set := settingsOf([]string{
		"PATH=/kaniko",
		"PLUGIN_REPO=registry.test:5000/nyan",
		"PLUGIN_TAGS=7,latest",
		"PLUGIN_INSECURE=true",
		"PLUGIN_INSECURE_REGISTRY=registry.test:5000",
		"PLUGIN_TAR_PATH=image.tar",
		"PLUGIN_REPRODUCIBLE=false",
		"PLUGIN_BUILD_ARGS=A=1,B=x=y",
		"PLUGIN_IMAGE_NAME_WITH_DIGEST_FILE=image",
		"PLUGIN_VERBOSITY=",
	})
	made, err := arguments(set)
	if err != nil {
		t.Fatal(err)
	}
	expected := []string{
		"--context=dir://.",
		"--digest-file=/kaniko/digest-file",
		"--build-arg=A=1",
		"--build-arg=B=x=y",
		"--image-name-with-digest-file=image",
		"--insecure",
		"--insecure-registry=registry.test:5000",
		"--tar-path=image.tar",
		"--destination=registry.test:5000/nyan:7",
		"--destination=registry.test:5000/nyan:latest",
	}
	if !slices.Equal(made, expected) {
		t.Errorf("%q", made)
	}
}

func TestDestinations(t *testing.T) {
	for name, test := range map[string]struct {
		set      settings
		expected string
	}{
		"no tag":             {settings{"REPO": "a/b"}, "a/b:latest"},
		"a registry apart":   {settings{"REPO": "b", "REGISTRY": "r.test/", "EXPAND_REPO": "true"}, "r.test/b:latest"},
		"twice the registry": {settings{"REPO": "r.test/b", "REGISTRY": "r.test", "EXPAND_REPO": "true"}, "r.test/b:latest"},
		"not expanded":       {settings{"REPO": "b", "REGISTRY": "r.test"}, "b:latest"},
		"the default":        {settings{"REPO": "a/b", "EXPAND_REPO": "true"}, "a/b:latest"},
		"only an archive":    {settings{"REPO": "a/b", "NO_PUSH": "true", "TAR_PATH": "a.tar"}, "a/b:latest"},
	} {
		made, err := destinations(test.set)
		if err != nil || !slices.Equal(made, []string{"--destination=" + test.expected}) {
			t.Errorf("%s: %q, %v", name, made, err)
		}
	}
	made, err := destinations(settings{"NO_PUSH": "true"})
	if err != nil || made != nil {
		t.Errorf("%q, %v", made, err)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for setting, words := range map[string]string{
		"PLUGIN_DIGEST_FILE=x":   "digest_file is not known",
		"PLUGIN_INSECURE=maybe":  "insecure is neither true nor false",
		"PLUGIN_NO_PUSH=1.0":     "no_push is neither true nor false",
		"PLUGIN_TAGS=7":          "repo is missing",
		"PLUGIN_EXPAND_REPO=ja":  "repo is missing",
		"PLUGIN_REGISTRY=r.test": "repo is missing",
	} {
		if _, err := arguments(settingsOf([]string{setting})); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func TestLogins(t *testing.T) {
	made, err := logins(settings{"CONFIG": `{"auths":{}}`, "USERNAME": "u"})
	if err != nil || string(made) != `{"auths":{}}` {
		t.Errorf("%s, %v", made, err)
	}
	made, err = logins(settings{"USERNAME": "u", "PASSWORD": "p:w", "REGISTRY": "r.test"})
	var parsed struct {
		Auths map[string]struct{ Auth []byte }
	}
	if err != nil || json.Unmarshal(made, &parsed) != nil || string(parsed.Auths["r.test"].Auth) != "u:p:w" {
		t.Errorf("%s, %v", made, err)
	}
	made, err = logins(settings{"NO_PUSH": "true"})
	if err != nil || made != nil {
		t.Errorf("%s, %v", made, err)
	}
	for _, set := range []settings{{}, {"USERNAME": "u"}, {"NO_PUSH": "true", "USERNAME": "u"}} {
		if made, err = logins(set); err == nil || !strings.Contains(err.Error(), hub) {
			t.Errorf("%v: %s, %v", set, made, err)
		}
	}
}

func TestBaseImagesOfTheMirrorGoByTheirTag(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0a", 32)
	hosts := mirrored("index.docker.io=192.168.64.1:5000;quay.io=192.168.64.1:5000")
	for given, expected := range map[string]string{
		"FROM nginx:1" + digest: "FROM nginx:1",
		"from  --platform=linux/amd64 a/nginx:1" + digest + " AS web": "from  --platform=linux/amd64 a/nginx:1 AS web",
		"FROM docker.io/a/nginx:1.2-x" + digest:                       "FROM docker.io/a/nginx:1.2-x",
		"# a\nFROM a:1\nFROM quay.io/b:2" + digest + "\nRUN x":        "# a\nFROM a:1\nFROM quay.io/b:2\nRUN x",
	} {
		if made := byTag(given, hosts); made != expected {
			t.Errorf("%q: %q", given, made)
		}
	}
	for _, kept := range []string{
		"FROM registry.test:5000/a:1" + digest,
		"FROM localhost/a:1" + digest,
		"FROM nginx" + digest,
		"RUN echo nginx:1" + digest,
		"FROM nginx:1",
	} {
		if made := byTag(kept, hosts); made != kept {
			t.Errorf("%q: %q", kept, made)
		}
	}
	if given := "FROM nginx:1" + digest; byTag(given, mirrored("")) != given {
		t.Error("there is no mirror")
	}
}
