package oci

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/distribution/distribution/v3/registry/storage"
	"github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	"github.com/distribution/reference"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// write makes a file, and the folders above it.
func write(t *testing.T, path, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// layer makes a layer, and returns its folder, what it says of itself, and what is in it.
func layer(t *testing.T, entries ...Entry) (string, Layer, []tar.Header, map[string]string) {
	t.Helper()
	dir := t.TempDir()
	if err := WriteLayer(dir, entries); err != nil {
		t.Fatal(err)
	}
	var said Layer
	described, err := os.ReadFile(filepath.Join(dir, LayerFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(described, &said); err != nil {
		t.Fatal(err)
	}
	blob, err := os.ReadFile(filepath.Join(dir, BlobFile))
	if err != nil {
		t.Fatal(err)
	}
	if digest.FromBytes(blob) != said.Digest || int64(len(blob)) != said.Size {
		t.Errorf("the blob is not what is said of it: %+v", said)
	}
	decompressor, err := zstd.NewReader(bytes.NewReader(blob))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(decompressor)
	if err != nil {
		t.Fatal(err)
	}
	if digest.FromBytes(plain) != said.DiffID {
		t.Errorf("the diff id is not the archive's digest: %+v", said)
	}
	var headers []tar.Header
	contents := map[string]string{}
	archive := tar.NewReader(bytes.NewReader(plain))
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return dir, said, headers, contents
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, *header)
		contents[header.Name] = string(content)
	}
}

// lines writes headers as "type mode owner name target".
func lines(headers []tar.Header) []string {
	var all []string
	for _, header := range headers {
		line := fmt.Sprintf("%c %04o %d %s %s", header.Typeflag, header.Mode, header.Uid, header.Name, header.Linkname)
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

func TestALayerHoldsFilesTreesAndDirectories(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/tree/etc/config", "x=1", 0o600)
	write(t, root+"/tree/usr/bin/tool", "#!", os.ModeSetuid|0o755)
	if err := os.Symlink("tool", root+"/tree/usr/bin/alias"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root+"/tree/usr", os.ModeSticky|0o777); err != nil {
		t.Fatal(err)
	}
	program := write(t, root+"/program", "binary", 0o700)

	_, _, headers, contents := layer(t,
		Entry{Path: "/", Tree: root + "/tree"},
		Entry{Path: "/bin/program", File: program},
		Entry{Path: "/bin/other", Link: "program"},
		Entry{Path: "/etc", Directory: true, Owner: 2, Mode: 0o700},
		Entry{Path: "/var/cache", Directory: true})

	want := []string{
		"2 0777 0 bin/other program",
		"0 0755 0 bin/program",
		"5 0700 2 etc/",
		"0 0600 0 etc/config",
		"5 1777 0 usr/",
		"5 0755 0 usr/bin/",
		"2 0777 0 usr/bin/alias tool",
		"0 4755 0 usr/bin/tool",
		"5 0755 0 var/cache/",
	}
	if got := lines(headers); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if contents["bin/program"] != "binary" || contents["etc/config"] != "x=1" {
		t.Errorf("contents %v", contents)
	}
}

func TestTheSameFilesGiveTheSameLayer(t *testing.T) {
	var digests []digest.Digest
	for _, when := range []time.Time{time.Unix(1, 0), time.Now()} {
		root := t.TempDir()
		for _, name := range []string{"b", "a", "c/d"} {
			path := write(t, filepath.Join(root, name), strings.Repeat(name, 1<<16), 0o644)
			if err := os.Chtimes(path, when, when); err != nil {
				t.Fatal(err)
			}
		}
		_, said, headers, _ := layer(t, Entry{Path: "/", Tree: root})
		digests = append(digests, said.Digest)
		for _, header := range headers {
			if !header.ModTime.Equal(time.Unix(0, 0)) || header.Uname != "" || header.Uid != 0 {
				t.Errorf("%+v is of this machine", header)
			}
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("digests %v", digests)
	}
}

func TestTheModesOfACheckoutDoNotCount(t *testing.T) {
	var digests []digest.Digest
	for _, mode := range []os.FileMode{0o644, 0o664} {
		root := t.TempDir()
		write(t, root+"/etc/config", "x", mode)
		write(t, root+"/bin/run", "x", mode|0o111)
		if err := os.Chmod(root+"/etc", 0o700|mode&0o070); err != nil {
			t.Fatal(err)
		}
		_, said, headers, _ := layer(t, Entry{Path: "/", Tree: root, Plain: true})
		digests = append(digests, said.Digest)
		if got := lines(headers); got[1] != "0 0755 0 bin/run" || got[3] != "0 0644 0 etc/config" {
			t.Errorf("%q", got)
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("digests %v", digests)
	}
}

func TestMinusLeavesOutWhatIsAlike(t *testing.T) {
	below, tree := t.TempDir(), t.TempDir()
	for _, root := range []string{below, tree} {
		write(t, root+"/same", "1", 0o644)
		write(t, root+"/usr/same", "1", 0o644)
		for link, target := range map[string]string{"/link-same": "a", "/link-other": root} {
			if err := os.Symlink(target, root+link); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, below+"/content", "1", 0o644)
	write(t, tree+"/content", "2", 0o644)
	write(t, below+"/mode", "1", 0o644)
	write(t, tree+"/mode", "1", 0o755)
	write(t, tree+"/usr/new", "1", 0o644)
	write(t, below+"/only-below", "1", 0o644)

	_, _, headers, _ := layer(t, Entry{Path: "/", Tree: tree, Minus: []string{below}})
	var names []string
	for _, header := range headers {
		names = append(names, header.Name)
	}
	if want := []string{"content", "link-other", "mode", "usr/new"}; !reflect.DeepEqual(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func TestEntriesThatMakeNoSense(t *testing.T) {
	file := write(t, t.TempDir()+"/f", "", 0o644)
	for want, entries := range map[string][]Entry{
		"no absolute path":              {{Path: "bin", File: file}},
		`"/a/../b" is no absolute`:      {{Path: "/a/../b", File: file}},
		"must be one of":                {{Path: "/a", File: file, Directory: true}},
		"/b must be one of":             {{Path: "/a", File: file}, {Path: "/b"}},
		"no such file":                  {{Path: "/a", File: file + "-missing"}},
		"no regular file":               {{Path: "/a", File: filepath.Dir(file)}},
		"without files":                 {},
		"lstat /nonexistent: no such f": {{Path: "/", Tree: "/nonexistent"}},
	} {
		dir := t.TempDir()
		if err := WriteLayer(dir, entries); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := os.Stat(filepath.Join(dir, LayerFile)); err == nil {
			t.Errorf("%s: a layer is described that was not made", want)
		}
	}
}

func TestAStoreIsWhatARegistryServes(t *testing.T) {
	ctx := context.Background()
	shared, said, _, _ := layer(t, Entry{Path: "/etc", Directory: true})
	own, _, _, _ := layer(t, Entry{Path: "/var", Directory: true})
	root := t.TempDir()
	store, err := OpenStore(ctx, root, "arm64")
	if err != nil {
		t.Fatal(err)
	}
	config := v1.ImageConfig{User: "101", Entrypoint: []string{"/run"}, ExposedPorts: map[string]struct{}{"80/tcp": {}}}
	sum, err := store.Put(ctx, Image{Ref: "registry.example.test/team/app:1.0", Layers: []string{shared, own}, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Put(ctx, Image{Ref: "nginx:1", Layers: []string{shared}}); err != nil {
		t.Fatal(err)
	}

	// Read as the registry reads it.
	registry, err := storage.NewRegistry(ctx, filesystem.New(filesystem.DriverParameters{RootDirectory: root, MaxThreads: 25}))
	if err != nil {
		t.Fatal(err)
	}
	name, err := reference.WithName("team/app")
	if err != nil {
		t.Fatal(err)
	}
	repository, err := registry.Repository(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	tag, err := repository.Tags(ctx).Get(ctx, "1.0")
	if err != nil || tag.Digest != sum {
		t.Fatalf("the tag is %v, %v, not %v", tag.Digest, err, sum)
	}
	manifests, err := repository.Manifests(ctx)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := manifests.Get(ctx, sum)
	if err != nil {
		t.Fatal(err)
	}
	_, payload, err := manifest.Payload()
	if err != nil || digest.FromBytes(payload) != sum {
		t.Errorf("the manifest's digest is %v, %v", digest.FromBytes(payload), err)
	}
	var parsed v1.Manifest
	if err := json.Unmarshal(payload, &parsed); err != nil {
		t.Fatal(err)
	}
	read, err := repository.Blobs(ctx).Get(ctx, parsed.Config.Digest)
	if err != nil {
		t.Fatal(err)
	}
	var image v1.Image
	if err := json.Unmarshal(read, &image); err != nil {
		t.Fatal(err)
	}
	if image.Architecture != "arm64" || image.OS != "linux" || !reflect.DeepEqual(image.Config, config) {
		t.Errorf("config %+v", image)
	}
	if len(parsed.Layers) != 2 || parsed.Layers[0].Digest != said.Digest || image.RootFS.DiffIDs[0] != said.DiffID {
		t.Errorf("layers %+v, diff ids %v", parsed.Layers, image.RootFS.DiffIDs)
	}
	if blob, err := repository.Blobs(ctx).Get(ctx, said.Digest); err != nil || digest.FromBytes(blob) != said.Digest {
		t.Errorf("the layer cannot be read: %v", err)
	}
	if _, err := os.Stat(root + "/docker/registry/v2/repositories/library/nginx/_manifests/tags/1/current/link"); err != nil {
		t.Errorf("a short name is a library's: %v", err)
	}
	blob, err := os.Stat(filepath.Join(shared, BlobFile))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := os.Stat(filepath.Join(root, "docker/registry/v2/blobs/sha256", said.Digest.Encoded()[:2], said.Digest.Encoded(), "data"))
	if err != nil || !os.SameFile(blob, stored) {
		t.Errorf("the layer was copied: %v", err)
	}
}

func TestImagesThatCannotBeStored(t *testing.T) {
	ctx := context.Background()
	store, err := OpenStore(ctx, t.TempDir(), "amd64")
	if err != nil {
		t.Fatal(err)
	}
	made, _, _, _ := layer(t, Entry{Path: "/etc", Directory: true})
	for want, image := range map[string]Image{
		"names no tag":      {Ref: "nginx", Layers: []string{made}},
		"invalid reference": {Ref: "NGINX:1", Layers: []string{made}},
		"no such file":      {Ref: "nginx:1", Layers: []string{made, t.TempDir()}},
	} {
		if _, err := store.Put(ctx, image); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
