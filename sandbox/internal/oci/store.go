package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/manifest/ocischema"
	"github.com/distribution/distribution/v3/registry/storage"
	"github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// Image is an image as a registry is to serve it.
type Image struct {
	// Ref is the image's name as manifests write it, with a tag. A mirror is asked for its
	// path without the registry's host: "nginx:1" as library/nginx, "quay.io/a/b:1" as a/b.
	Ref string `json:"ref"`
	// Layers are folders that WriteLayer made, the lowest first.
	Layers []string `json:"layers"`
	// Config is how the image runs.
	Config v1.ImageConfig `json:"config"`
}

// Store is the folder that a registry with the filesystem driver serves.
type Store struct {
	root     string
	arch     string
	registry distribution.Namespace
}

// OpenStore opens or begins the store in the folder root for images of a processor.
func OpenStore(ctx context.Context, root, arch string) (*Store, error) {
	driver := filesystem.New(filesystem.DriverParameters{RootDirectory: root, MaxThreads: 25})
	registry, err := storage.NewRegistry(ctx, driver)
	if err != nil {
		return nil, err
	}
	return &Store{root, arch, registry}, nil
}

// Put writes an image and returns the digest of its manifest.
func (s *Store) Put(ctx context.Context, image Image) (digest.Digest, error) {
	named, err := reference.ParseNormalizedNamed(image.Ref)
	if err != nil {
		return "", fmt.Errorf("%s: %w", image.Ref, err)
	}
	tagged, ok := named.(reference.NamedTagged)
	if !ok {
		return "", fmt.Errorf("%s names no tag", image.Ref)
	}
	name, err := reference.WithName(reference.Path(named))
	if err != nil {
		return "", err
	}
	repository, err := s.registry.Repository(ctx, name)
	if err != nil {
		return "", err
	}
	blobs := repository.Blobs(ctx)

	described := v1.Image{Config: image.Config, RootFS: v1.RootFS{Type: "layers"}}
	described.Platform = v1.Platform{OS: "linux", Architecture: s.arch}
	manifest := ocischema.Manifest{MediaType: v1.MediaTypeImageManifest}
	manifest.SchemaVersion = 2
	for _, dir := range image.Layers {
		layer, err := s.putLayer(ctx, blobs, name, dir)
		if err != nil {
			return "", fmt.Errorf("%s: %w", image.Ref, err)
		}
		manifest.Layers = append(manifest.Layers, layer.Descriptor)
		described.RootFS.DiffIDs = append(described.RootFS.DiffIDs, layer.DiffID)
	}
	config, err := json.Marshal(described)
	if err != nil {
		return "", err
	}
	if manifest.Config, err = blobs.Put(ctx, v1.MediaTypeImageConfig, config); err != nil {
		return "", err
	}
	manifest.Config.MediaType = v1.MediaTypeImageConfig
	signed, err := ocischema.FromStruct(manifest)
	if err != nil {
		return "", err
	}
	manifests, err := repository.Manifests(ctx)
	if err != nil {
		return "", err
	}
	written, err := manifests.Put(ctx, signed)
	if err != nil {
		return "", fmt.Errorf("%s: %w", image.Ref, err)
	}
	return written, repository.Tags(ctx).Tag(ctx, tagged.Tag(), v1.Descriptor{Digest: written})
}

// putLayer brings a layer into the store, without a copy where the file system allows.
func (s *Store) putLayer(
	ctx context.Context, blobs distribution.BlobStore, name reference.Named, dir string,
) (Layer, error) {
	var layer Layer
	read, err := os.ReadFile(filepath.Join(dir, LayerFile))
	if err != nil {
		return layer, err
	}
	if err := json.Unmarshal(read, &layer); err != nil {
		return layer, fmt.Errorf("%s: %w", dir, err)
	}
	if err := s.link(filepath.Join(dir, BlobFile), layer.Digest); err != nil {
		return layer, err
	}
	from, err := reference.WithDigest(name, layer.Digest)
	if err != nil {
		return layer, err
	}
	// What a client calls to mount a blob that the registry already has.
	writer, err := blobs.Create(ctx, mountFrom{from, layer.Descriptor})
	if mounted := (distribution.ErrBlobMounted{}); !errors.As(err, &mounted) {
		if err == nil {
			err = errors.Join(errors.New("the blob was not mounted"), writer.Cancel(ctx))
		}
		return layer, err
	}
	return layer, nil
}

// link puts a blob where the storage format wants it.
func (s *Store) link(blob string, sum digest.Digest) error {
	target := filepath.Join(s.root, "docker/registry/v2/blobs",
		sum.Algorithm().String(), sum.Encoded()[:2], sum.Encoded(), "data")
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if os.Link(blob, target) == nil {
		return nil
	}
	from, err := os.Open(blob)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(target)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// mountFrom says which blob to mount, and that it is known to be there.
type mountFrom struct {
	from reference.Canonical
	stat v1.Descriptor
}

func (m mountFrom) Apply(options any) error {
	create, ok := options.(*distribution.CreateOptions)
	if !ok {
		return fmt.Errorf("the registry's library does not take %T", options)
	}
	create.Mount.ShouldMount = true
	create.Mount.From = m.from
	create.Mount.Stat = &m.stat
	return nil
}
